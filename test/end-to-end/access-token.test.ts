import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, test } from "vitest";
import { localDynamoDb } from "../../tools/local-aws.ts";
import { useLocalRun } from "../support/local-run.ts";
import { newOrder } from "../support/partner.ts";
import { callsOf, controlTokens, revokeTokens, script, tokenCallsOf } from "../support/simulator-control.ts";
import { withAccessToken } from "../support/template-setup.ts";

const platform = { appId: "the-platform", appKey: "the-platforms-key" };
const local = useLocalRun({ instances: 4, settings: withAccessToken, platform });
const upstream = () => local.ready().upstreamUrl;
/** All tokens that any answer or item could have shown. */
const issued = new Set<string>();
afterEach(async () => {
  await controlTokens(upstream(), {});
  for (const { authorization } of await callsOf(upstream())) {
    const [, token] = /^OPEN-ACCESS-TOKEN AccessToken="([0-9a-f]{32})"/.exec(authorization ?? "") ?? [];
    if (token !== undefined) issued.add(token);
  }
});

const withoutToken = () => local.forgetToken(platform.appId);

test("all instances together ask for one token while they start, and about every refund with that", async () => {
  expect(await tokenCallsOf(upstream())).toMatchObject([{ verified: true }]);
  const orders = Array.from({ length: 40 }, () => newOrder("SUCCESS-"));
  const answers = await Promise.all(orders.map((order) => local.partner().ask(order)));
  for (const { status, body } of answers) {
    expect([status, body.refundStatus, body.recheck?.state]).toEqual([200, "SUCCESS", "succeeded"]);
  }
  expect(await tokenCallsOf(upstream())).toMatchObject([{ verified: true }]);
  const headers = new Set(
    (await Promise.all(orders.map((order) => callsOf(upstream(), order))))
      .flat()
      .map(({ authorization }) => authorization),
  );
  expect(headers.size).toBe(1);
  const [, token = ""] = /AccessToken="([0-9a-f]{32})"/.exec(String([...headers][0])) ?? [];
  expect(token).not.toBe("");
  expect(JSON.stringify(answers.map(({ body, headers }) => [body, [...headers]]))).not.toContain(token);
});

test("a refund that is rechecked is asked about with the same token", async () => {
  const before = (await tokenCallsOf(upstream())).length;
  const order = newOrder("SETTLES-");
  await local.partner().ask(order);
  await local.makeDue(order);
  await local.invoke("refund-recheck", { shards: Array.from({ length: 16 }, (_, shard) => String(shard)) });
  const headers = (await callsOf(upstream(), order)).map(({ authorization }) => authorization);
  expect(headers).toHaveLength(2);
  expect(new Set(headers).size).toBe(1);
  expect(await tokenCallsOf(upstream())).toHaveLength(before);
});

test("a token that is revoked is replaced within the request, once for all who had it refused", async () => {
  await local.partner().ask(newOrder("SUCCESS-"));
  const before = (await tokenCallsOf(upstream())).length;
  await revokeTokens(upstream());
  const answers = await Promise.all(Array.from({ length: 30 }, () => local.partner().ask(newOrder("SUCCESS-"))));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(await tokenCallsOf(upstream())).toHaveLength(before + 1);
});

describe("while no token is to be had", () => {
  test.each([
    ["the connection is cut", { reset: true }, 502, "NET_ERROR", "unclear/unreachable"],
    [
      "a load balancer answers",
      { raw: "<html>502</html>", httpStatus: 502 },
      502,
      "INVALID_RESPONSE",
      "unclear/unreadable",
    ],
    ["the gateway fails", { errCode: "9999" }, 502, "NET_ERROR", "unclear/gateway"],
    ["it never answers", { delayMs: 60_000 }, 504, "TIMEOUT", "unclear/timeout"],
    ["it refuses our key", { errCode: "1000" }, 503, "INTERNAL_ERROR", "blocked/credentials"],
  ])(
    "because %s, the partner is told so, and the refund is pending and due",
    async (_, step, status, errCode, reading) => {
      await withoutToken();
      await controlTokens(upstream(), { answers: [step] });
      const order = newOrder("SUCCESS-");
      const answer = await local.partner().ask(order);
      expect([answer.status, answer.body.errCode]).toEqual([status, errCode]);
      expect(answer.body.recheck).toMatchObject({ state: "pending", final: false, source: "upstream" });
      expect(Date.parse(answer.body.recheck?.nextCheckAt ?? "")).toBeGreaterThan(Date.now());
      await expect.poll(() => local.lines.some((text) => text.includes(order))).toBe(true);
      const line = local.lines.find((text) => text.includes(order));
      expect(JSON.parse(line ?? "{}")).toMatchObject({
        reading,
        code: expect.stringMatching(/^(NO_TOKEN|TOKEN_\d{4})$/),
      });
      // What was asked with the revoked token was refused; nothing else was asked.
      expect((await callsOf(upstream(), order)).filter(({ verified }) => verified)).toEqual([]);

      await controlTokens(upstream(), {});
      await withoutToken();
      expect((await local.partner().ask(order)).body).toMatchObject({
        refundStatus: "SUCCESS",
        recheck: { final: true },
      });
    },
  );

  test("the schedule goes on checking, and settles the refund when there is one again", async () => {
    await withoutToken();
    await controlTokens(upstream(), { answers: [{ reset: true }] });
    const order = newOrder();
    await script(upstream(), order, [{ refundStatus: "FAIL" }]);
    expect((await local.partner().ask(order)).status).toBe(502);
    await controlTokens(upstream(), {});
    await withoutToken();
    await local.makeDue(order);
    await local.invoke("refund-recheck", { shards: Array.from({ length: 16 }, (_, shard) => String(shard)) });
    expect((await local.partner().ask(order)).body).toMatchObject({
      refundStatus: "FAIL",
      recheck: { source: "record" },
    });
  });
});

test("no token is in any log line or in any item but its own, and no key is in the table", async () => {
  expect(issued.size).toBeGreaterThan(3);
  const { endpoint, table } = local.ready().dynamodb;
  const { Items = [] } = await localDynamoDb(endpoint).send(
    new ScanCommand({ TableName: table, ConsistentRead: true }),
  );
  const others = Items.filter(({ pk }) => !pk?.S?.startsWith("TOKEN#"));
  const told = `${JSON.stringify(others)}\n${local.lines.join("\n")}`;
  expect([...issued].filter((token) => told.includes(token))).toEqual([]);
  expect(told).not.toContain("AccessToken");
  expect(JSON.stringify(Items) + local.lines.join("\n")).not.toContain(platform.appKey);
});
