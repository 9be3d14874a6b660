import { request as httpRequest } from "node:http";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { describe, expect, test } from "vitest";
import { localPartnerPrefix, localPlatformSecret } from "../../sandbox/local-secrets.ts";
import { localDynamoDb, localSecretsManager } from "../../tools/local-aws.ts";
import { useLocalRun } from "../support/local-run.ts";
import { authorization, beijingTime, createPartner, newOrder, post } from "../support/partner.ts";
import { callsOf, script } from "../support/simulator-control.ts";

const local = useLocalRun({ instances: 3, settings: { partnerBurst: "1000" } });
const upstream = () => local.ready().upstreamUrl;

async function itemsAbout(text: string): Promise<number> {
  const { endpoint, table } = local.ready().dynamodb;
  const { Items = [] } = await localDynamoDb(endpoint).send(
    new ScanCommand({ TableName: table, ConsistentRead: true }),
  );
  return Items.filter((item) => JSON.stringify(item).includes(text)).length;
}

describe("the main job", () => {
  test("a partner learns that its refund has succeeded, in upstream's own words, with one verified call", async () => {
    const order = newOrder("SUCCESS-");
    const { status, headers, body } = await local
      .partner()
      .ask(order, { msgId: "my-message", srcReserve: "退款查询 №1" });
    expect(status).toBe(200);
    expect(headers.get("content-type")).toMatch(/^application\/json/);
    expect(body).toMatchObject({
      errCode: "SUCCESS",
      refundStatus: "SUCCESS",
      refundOrderId: order,
      mid: local.partner().mid,
      tid: "88880001",
      msgId: "my-message",
      srcReserve: "退款查询 №1",
      totalAmount: 12400,
      recheck: { state: "succeeded", final: true, nextCheckAt: null, attempts: 1, source: "upstream" },
    });
    expect(body.recheck?.checkedAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(body).not.toHaveProperty("connectSys");
    const calls = await callsOf(upstream(), order);
    expect(calls.map(({ verified }) => verified)).toEqual([true]);
    const sent = JSON.parse(calls[0]?.rawBody ?? "");
    expect(sent).toMatchObject({ merOrderId: order, srcReserve: "退款查询 №1" });
    expect(sent.msgId).toMatch(/^[0-9a-f]{32}$/);
  });

  test("the same question again is answered from the record, with the echoes of the one who asks now", async () => {
    const order = newOrder("SUCCESS-");
    const first = await local.partner().ask(order, { msgId: "m1", srcReserve: "one" });
    const second = await local.partner().ask(order, { srcReserve: "two" });
    expect(second.body).toEqual({
      ...first.body,
      msgId: undefined,
      srcReserve: "two",
      recheck: { ...first.body.recheck, source: "record" },
    });
    expect(await callsOf(upstream(), order)).toHaveLength(1);
  });

  test("a refund that is not final is due again, and a pending answer is never frozen", async () => {
    const order = newOrder("T-");
    await script(upstream(), order, [{ refundStatus: "PROCESSING" }]);
    const { status, body } = await local.partner().ask(order);
    expect([status, body.refundStatus]).toEqual([200, "PROCESSING"]);
    expect(body.recheck).toMatchObject({ state: "pending", final: false, attempts: 1 });
    expect(Date.parse(body.recheck?.nextCheckAt ?? "")).toBeGreaterThan(Date.now());
  });
});

describe("whatever goes wrong upstream", () => {
  test.each([
    ["FAIL-", 200, "SUCCESS", "failed"],
    ["UNKNOWN-", 200, "SUCCESS", "pending"],
    ["NEWWORD-", 200, "SUCCESS", "pending"],
    ["NOSTATUS-", 200, "SUCCESS", "pending"],
    ["STRINGS-", 200, "SUCCESS", "succeeded"],
    ["NOORDER-", 200, "NO_ORDER", "pending"],
    ["LOCKED-", 200, "ORDER_PROCESSING", "pending"],
    ["TARGETFAIL-", 200, "TARGET_FAIL", "pending"],
    ["BUSY-", 200, "SYSTEM_BUSY", "pending"],
    ["OTHER-", 502, "INVALID_RESPONSE", "pending"],
    ["HTML-", 502, "INVALID_RESPONSE", "pending"],
    ["EMPTY-", 502, "INVALID_RESPONSE", "pending"],
    ["RESET-", 502, "NET_ERROR", "pending"],
    ["HTTP500-", 502, "NET_ERROR", "pending"],
    ["BADSIGN-", 503, "INTERNAL_ERROR", "pending"],
    ["DENIEDIP-", 503, "INTERNAL_ERROR", "pending"],
    ["FLAKY-", 200, "SUCCESS", "succeeded"],
  ])("%s is answered %i %s and leaves the refund %s", async (prefix, status, errCode, state) => {
    const answer = await local.partner().ask(newOrder(prefix));
    expect([answer.status, answer.body.errCode]).toEqual([status, errCode]);
    expect(answer.body.recheck).toMatchObject({ state, final: state !== "pending", source: "upstream" });
    if (status !== 200) expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    if (state === "pending") expect(answer.body.recheck?.nextCheckAt).not.toBeNull();
  });

  test("a hang is answered 504 with the refund looked after", async () => {
    const order = newOrder("HANG-");
    const { status, body } = await local.partner().ask(order);
    expect([status, body.errCode]).toEqual([504, "TIMEOUT"]);
    expect(body.recheck).toMatchObject({ state: "pending", final: false });
    expect(await callsOf(upstream(), order)).toHaveLength(1);
  });

  test.each([
    [{ fields: { refundStatus: "SUCCESS" }, httpStatus: 500 }],
    [{ fields: { refundStatus: "SUCCESS" }, httpStatus: 412 }],
    [{ fields: { mid: "898310148160999" } }],
    [{ fields: { mid: null } }],
    [{ fields: { errCode: null } }],
    [{ fields: { refundOrderId: null, merOrderId: null, msgId: null } }],
    [{ fields: { refundOrderId: "SOMEBODY-ELSES-1" } }],
    [{ body: { errCode: "SUCCESS", refundStatus: "SUCCESS" } }],
    [{ errCode: "TARGET_FAIL", refundStatus: "FAIL" }],
    [{ errCode: "TARGET_FAIL", refundStatus: "SUCCESS" }],
  ])("an answer that does not prove the end never says it: %j", async (step) => {
    const order = newOrder();
    await script(upstream(), order, [step]);
    const { status, body } = await local.partner().ask(order);
    expect(status).not.toBe(500);
    expect(body.recheck).toMatchObject({ state: "pending", final: false });
    expect(["SUCCESS", "FAIL"]).not.toContain(body.refundStatus);
    expect(JSON.stringify(body)).not.toContain("SOMEBODY-ELSES-1");
  });
});

describe("who may ask", () => {
  test("a partner that asks about another's merchant is refused, upstream is not asked, nothing is written", async () => {
    const [first, second] = [local.partner(0), local.partner(1)];
    const order = newOrder("SUCCESS-");
    const { status, body } = await first.ask(order, { mid: second.mid });
    expect([status, body.errCode]).toEqual([403, "1001"]);
    expect(body.errInfo).toBeTypeOf("string");
    expect(await callsOf(upstream(), order)).toEqual([]);
    expect(await itemsAbout(order)).toBe(0);
  });

  test("an unknown AppId and a wrong key check the same", async () => {
    const { pair, mid } = local.partner();
    const wrongKey = await createPartner(local.ready().url, { ...pair, appKey: "0".repeat(32) }, mid).ask(newOrder());
    const nobody = await createPartner(local.ready().url, { ...pair, appId: "0".repeat(32) }, mid).ask(newOrder());
    expect([wrongKey.status, wrongKey.body.errCode]).toEqual([401, "1000"]);
    expect({ ...nobody.body, requestId: "" }).toEqual({ ...wrongKey.body, requestId: "" });
    const namesOf = ({ headers }: typeof nobody) => [...headers.keys()].sort();
    expect(namesOf(nobody)).toEqual(namesOf(wrongKey));
  });

  test("one changed byte of the body is refused", async () => {
    const { pair, request } = local.partner();
    const body = JSON.stringify(request({ merOrderId: newOrder("SUCCESS-") }));
    const { status } = await post(local.ready().url, body.replace("88880001", "88880002"), {
      Authorization: authorization(pair, body),
    });
    expect(status).toBe(401);
  });

  test.each([", ", " , ", ",\t"])("any spacing of the header is accepted: %j", async (separator) => {
    const { pair, request } = local.partner();
    const body = JSON.stringify(request({ merOrderId: newOrder("SUCCESS-") }));
    const { status } = await post(local.ready().url, body, {
      Authorization: authorization(pair, body, Date.now(), separator),
    });
    expect(status).toBe(200);
  });

  test.each([
    ["six minutes old", -6 * 60_000],
    ["six minutes ahead", 6 * 60_000],
    ["in UTC instead of Beijing", -8 * 3_600_000],
  ])("a signature whose time is %s is refused", async (_, shiftMs) => {
    const { pair, request } = local.partner();
    const body = JSON.stringify(request({ merOrderId: newOrder("SUCCESS-") }));
    const { status, body: answer } = await post(local.ready().url, body, {
      Authorization: authorization(pair, body, Date.now() + shiftMs),
    });
    expect([status, answer.errCode]).toEqual([401, "1000"]);
  });

  test("no Authorization at all is refused", async () => {
    expect((await post(local.ready().url, "{}", {})).status).toBe(401);
  });
});

describe("what may be asked", () => {
  test("every wrong field is named at once, and nothing is asked or written", async () => {
    const { pair } = local.partner();
    const body = JSON.stringify({
      merOrderId: "12345",
      instMid: "",
      mid: 89831014816056,
      tid: "1",
      msgId: "x".repeat(65),
      srcReserve: "退".repeat(256),
    });
    const { status, body: answer } = await post(local.ready().url, body, {
      Authorization: authorization(pair, body),
      "Idempotency-Key": "bad key",
    });
    expect([status, answer.errCode]).toEqual([400, "BAD_REQUEST"]);
    expect(answer.errors?.map(({ field }) => field).sort()).toEqual(
      ["Idempotency-Key", "instMid", "merOrderId", "mid", "msgId", "requestTimestamp", "srcReserve", "tid"].sort(),
    );
    for (const { message } of answer.errors ?? []) expect(message).toMatch(/^(is required|must be )/);
  });

  test.each(["", "not json", "[]", "null", '"text"', "{", "\ufeff{}x"])(
    "a body that is no JSON object is named: %j",
    async (body) => {
      const { pair } = local.partner();
      const { status, body: answer } = await post(local.ready().url, body, {
        Authorization: authorization(pair, body),
      });
      expect([status, answer.errors?.[0]?.field]).toEqual([400, "body"]);
    },
  );

  test("a body that is not UTF-8 is named", async () => {
    const { pair } = local.partner();
    const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]);
    const { status, body: answer } = await post(local.ready().url, body, { Authorization: authorization(pair, body) });
    expect([status, answer.errors]).toEqual([400, [{ field: "body", message: "must be JSON in UTF-8" }]]);
  });

  test("16 KiB are accepted and one byte more is not", async () => {
    const { pair, request } = local.partner();
    const sized = (bytes: number) => {
      const bare = JSON.stringify(request({ merOrderId: newOrder("SUCCESS-"), unknown: "" }));
      return bare.replace('"unknown":""', `"unknown":"${"x".repeat(bytes - bare.length)}"`);
    };
    const send = async (body: string) =>
      await post(local.ready().url, body, { Authorization: authorization(pair, body) });
    expect((await send(sized(16 * 1024))).status).toBe(200);
    const tooLarge = await send(sized(16 * 1024 + 1));
    expect([tooLarge.status, tooLarge.body.errCode]).toEqual([413, "BAD_REQUEST"]);
  });

  test("members that are not known are ignored and not forwarded", async () => {
    const order = newOrder("SUCCESS-");
    expect((await local.partner().ask(order, { refundStatus: "FAIL", extra: { a: 1 } })).status).toBe(200);
    const [call] = await callsOf(upstream(), order);
    expect(Object.keys(JSON.parse(call?.rawBody ?? "")).sort()).toEqual(
      ["instMid", "merOrderId", "mid", "msgId", "requestTimestamp", "tid"].sort(),
    );
  });

  test("a body that the gateway hands over in Base64 is verified and read as the bytes that were sent", async () => {
    const { pair, request } = local.partner();
    const body = JSON.stringify(request({ merOrderId: newOrder("SUCCESS-"), srcReserve: "中文" }));
    const { status, body: answer } = await post(local.ready().url, body, {
      Authorization: authorization(pair, body),
      "Content-Type": "application/octet-stream",
    });
    expect([status, answer.srcReserve]).toEqual([200, "中文"]);
  });
});

describe("one refund, many requests", () => {
  test("200 at once over three function instances make one call upstream, and all get its answer", async () => {
    const order = newOrder();
    await script(upstream(), order, [{ refundStatus: "PROCESSING", delayMs: 800 }]);
    const answers = await Promise.all(Array.from({ length: 200 }, () => local.partner().ask(order)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.refundStatus} ${body.recheck?.state}`))).toEqual(
      new Set(["200 PROCESSING pending"]),
    );
    expect(await callsOf(upstream(), order)).toHaveLength(1);
  });

  test("the same Idempotency-Key with another body is 422, and its own request replays once final", async () => {
    const [order, other] = [newOrder("SUCCESS-"), newOrder("SUCCESS-")];
    const key = { "Idempotency-Key": `"${order}"` };
    const first = await local.partner().ask(order, {}, key);
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    const again = await local
      .partner()
      .ask(order, { requestTimestamp: beijingTime(Date.now() + 1_000) }, { "Idempotency-Key": order });
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(again.headers.get("idempotency-key-expires")).toBe(first.headers.get("idempotency-key-expires"));
    expect(Date.parse(first.headers.get("idempotency-key-expires") ?? "") - Date.now()).toBeGreaterThan(71 * 3_600_000);
    const clash = await local.partner().ask(other, {}, key);
    expect([clash.status, clash.body.errCode]).toEqual([422, "BAD_REQUEST"]);
    expect(await itemsAbout(other)).toBe(0);
    expect(await callsOf(upstream(), other)).toEqual([]);
  });

  test("two partners' keys do not meet", async () => {
    const key = { "Idempotency-Key": newOrder() };
    expect((await local.partner(0).ask(newOrder("SUCCESS-"), {}, key)).status).toBe(200);
    expect((await local.partner(1).ask(newOrder("SUCCESS-"), {}, key)).status).toBe(200);
  });

  test("a request that comes while its refund is being asked about for too long is told to come back", async () => {
    const order = newOrder();
    await script(upstream(), order, [{ refundStatus: "SUCCESS", delayMs: 7_000 }]);
    const first = local.partner().ask(order);
    await expect.poll(async () => (await callsOf(upstream(), order)).length).toBe(1);
    const waiting = await local.partner().ask(order);
    expect(waiting.body.recheck).toMatchObject({ final: true, source: "record" });
    expect((await first).body.recheck).toMatchObject({ final: true, source: "upstream" });
  });
});

describe("keys that change", () => {
  const secrets = () => localSecretsManager(local.ready().secretsManager.endpoint);

  test("the platform's new key is found when the old one is rejected, without a restart", async () => {
    const before = await callsOf(upstream());
    const pair = { appId: "rotated-app", appKey: "rotated-key" };
    await fetch(`${upstream()}/_control/credentials`, {
      method: "PUT",
      body: JSON.stringify({ appId: pair.appId, appKeys: [pair.appKey] }),
    });
    await secrets().send(
      new PutSecretValueCommand({ SecretId: localPlatformSecret, SecretString: JSON.stringify(pair) }),
    );
    const answers = await Promise.all(Array.from({ length: 30 }, () => local.partner().ask(newOrder("SUCCESS-"))));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const calls = (await callsOf(upstream())).slice(before.length);
    expect(calls.length).toBeLessThanOrEqual(60);
    expect(calls.filter(({ verified }) => verified)).toHaveLength(30);
  });

  test("a partner signs with either of two keys while it replaces one", async () => {
    const { pair, mid } = local.partner(1);
    const next = { ...pair, appKey: "the-next-key" };
    const record = { partnerId: "south-shop", appId: pair.appId, appKeys: [next.appKey, pair.appKey], mids: [mid] };
    await secrets().send(
      new PutSecretValueCommand({ SecretId: localPartnerPrefix + pair.appId, SecretString: JSON.stringify(record) }),
    );
    for (const key of [next, pair, next]) {
      expect((await createPartner(local.ready().url, key, mid).ask(newOrder("SUCCESS-"))).status).toBe(200);
    }
  });
});

test("other paths and methods are not there", async () => {
  const status = await new Promise((resolve) =>
    httpRequest(`${local.ready().url}/v1/netpay/refund-query`, { method: "GET" }, (r) =>
      resolve(r.resume().statusCode),
    ).end(),
  );
  expect(status).toBe(404);
});

test("what is logged is one JSON line a request, of fields that may be logged, and no answer tells anything inner", async () => {
  const { pair } = local.partner();
  const order = newOrder();
  await script(upstream(), order, [
    { fields: { refundStatus: "PROCESSING", bankCardNo: "6228480402564890018", errMsg: "upstream's words" } },
  ]);
  const from = local.lines.length;
  await local.partner().ask(order, { msgId: "message-1", srcReserve: "my reserve" });
  await createPartner(local.ready().url, { ...pair, appKey: "wrong" }, local.partner().mid).ask(newOrder());
  // Refunds of the tests before are still being told, which is logged too.
  const ofRequests = () => local.lines.slice(from).filter((line) => line.includes('"event":"refund_query"'));
  await expect.poll(() => ofRequests().length).toBe(2);
  const [asked, refused] = ofRequests().map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(asked).toMatchObject({
    level: "info",
    event: "refund_query",
    requestId: expect.any(String),
    msgId: "message-1",
    partner: "north-shop",
    reading: "processing",
    upstreamLatencyMs: expect.any(Number),
    status: 200,
  });
  expect(refused).toMatchObject({ status: 401, refused: "wrong_signature" });
  const all = local.lines.join("\n");
  for (const secret of [
    pair.appKey,
    pair.appId,
    "Signature",
    "622848",
    "upstream's words",
    "my reserve",
    "node_modules",
    " at ",
  ]) {
    expect(all).not.toContain(secret);
  }
});
