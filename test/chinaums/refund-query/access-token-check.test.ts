import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../../sandbox/simulator/start-simulator.ts";
import { createDynamoTokenStore } from "../../../shared/aws/dynamo-token-store.ts";
import {
  type AuthorizeUpstreamDeps,
  createAuthorizeUpstream,
} from "../../../shared/chinaums/auth/authorize-upstream.ts";
import type { PlatformCredentials } from "../../../shared/chinaums/auth/platform-credentials.ts";

import { createCheckUpstream } from "../../../shared/chinaums/refund-query/check-upstream.ts";
import { createPost } from "../../../shared/chinaums/transport/post.ts";
import { callsOf, controlTokens, revokeTokens, tokenCallsOf } from "../../support/simulator-control.ts";
import { newTable } from "../../support/tables.ts";

const settled = { kind: "settled", outcome: "succeeded" };
let simulator: Simulator;
let table: Awaited<ReturnType<typeof newTable>>;
beforeAll(async () => {
  simulator = await startSimulator({ credentials: { appId: "app", appKeys: ["key"] } });
  table = await newTable();
});
afterAll(() => simulator.close());

let pair: { appId: string; appKey: string };
let apps = 0;
beforeEach(async () => {
  pair = { appId: `check-${++apps}`, appKey: "key" };
  simulator.setCredentials({ appId: pair.appId, appKeys: ["key"] });
  await fetch(`${simulator.url}/_control`, { method: "DELETE" });
});

let ids = 0;
type More = Partial<AuthorizeUpstreamDeps & PlatformCredentials & { needDataTag: boolean; url: string }>;
function newCheck({ needDataTag = false, url = simulator.url, current, afterRejected, ...more }: More = {}) {
  const deps = {
    post: createPost({ baseUrl: url, maxSockets: 50, now: Date.now }),
    now: Date.now,
    newId: () => String(++ids).padStart(32, "0"),
  };
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(ms, 25)));
  const authorizeUpstream = createAuthorizeUpstream({
    ...deps,
    scheme: "access-token",
    tokenVersion: "v1",
    tokenHeader: "quoted",
    credentials: {
      current: current ?? (async () => pair),
      afterRejected: afterRejected ?? (async () => undefined),
    },
    tokenStore: createDynamoTokenStore({ ...table, sleep, random: Math.random }),
    random: Math.random,
    sleep,
    ...more,
  });
  const check = createCheckUpstream({ ...deps, authorizeUpstream, tryMs: 8_000, needDataTag });
  return (merOrderId: string, withinMs = 18_000) =>
    check(
      { merOrderId, instMid: "APPDEFAULT", mid: "898310148160568", tid: "88880001", srcReserve: "退款查询" },
      Date.now() + withinMs,
    );
}
const queries = async () => (await callsOf(simulator.url)).filter(({ path }) => path.endsWith("/refund-query"));

describe("a check with a token", () => {
  test("fetches one, asks with it as documented, and goes on asking with it", async () => {
    const check = newCheck();
    for (let i = 0; i < 3; i++) expect((await check("SUCCESS-0001")).reading).toEqual(settled);
    const tokens = await tokenCallsOf(simulator.url);
    expect(tokens).toMatchObject([{ path: "/v1/token/access", verified: true, authorization: null, merOrderId: null }]);
    const headers = new Set((await queries()).map(({ authorization }) => authorization));
    expect([...headers]).toEqual([
      expect.stringMatching(new RegExp(`^OPEN-ACCESS-TOKEN AccessToken="[0-9a-f]{32}", AppId="${pair.appId}"$`)),
    ]);
  });

  test("makes the other version's call, and writes the header bare, where the settings say so", async () => {
    const check = newCheck({ tokenVersion: "v2", tokenHeader: "unquoted" });
    expect((await check("SUCCESS-0001")).reading).toEqual(settled);
    expect((await tokenCallsOf(simulator.url)).map(({ path }) => path)).toEqual(["/v2/token/access"]);
    expect((await queries())[0]?.authorization).toMatch(/^OPEN-ACCESS-TOKEN AccessToken=[0-9a-f]{32}$/);
  });

  test.each([
    ["access-token", "SUCCESS-0001", settled],
    ["body-sig", "SUCCESS-0001", settled],
    ["access-token", "NOORDER-0001", { kind: "not_found" }],
    ["access-token", "BADSIGN-0001", { kind: "blocked", by: "credentials" }],
    ["access-token", "OTHER-0001", { kind: "mismatch" }],
  ] as const)("asks in data and reads the answer in data, with %s: %s", async (scheme, merOrderId, reading) => {
    const check = newCheck({ scheme, needDataTag: true });
    expect((await check(merOrderId)).reading).toEqual(reading);
    expect(Object.keys(JSON.parse((await queries())[0]?.rawBody ?? ""))).toEqual(["data"]);
    const header = scheme === "body-sig" ? /^OPEN-BODY-SIG / : /^OPEN-ACCESS-TOKEN /;
    expect((await queries())[0]?.authorization).toMatch(header);
  });
});

describe("a token that is revoked while calls are under way", () => {
  test("is replaced once and every call is made once more, for 25 checks of each of 4 instances", async () => {
    const instances = Array.from({ length: 4 }, () => newCheck());
    await Promise.all(instances.map((check) => check("SUCCESS-0000")));
    await revokeTokens(simulator.url);
    const checks = instances.flatMap((check, instance) =>
      Array.from({ length: 25 }, (_, i) => check(`SUCCESS-${instance}${String(i).padStart(4, "0")}`)),
    );
    const readings = (await Promise.all(checks)).map(({ reading }) => reading);
    expect(readings).toEqual(readings.map(() => settled));
    expect(await tokenCallsOf(simulator.url)).toHaveLength(2);
    const refused = (await queries()).filter(({ verified }) => !verified);
    expect(refused).toHaveLength(100);
    expect(refused[0]?.reason).toBe("the AccessToken is not valid, or not any more");
  });

  test("and cannot be replaced, since the platform gives none: that is what the check tells, and no refusal", async () => {
    const check = newCheck();
    await check("SUCCESS-0001");
    await revokeTokens(simulator.url);
    await controlTokens(simulator.url, { answers: [{ raw: "<html>" }] });
    const { reading, code, answer, upstreamMsgId } = await check("SUCCESS-0001");
    expect({ reading, code, answer }).toEqual({
      reading: { kind: "unclear", cause: "unreadable" },
      code: "NO_TOKEN",
      answer: undefined,
    });
    expect(upstreamMsgId).toMatch(/^\d{32}$/);
  });
});

test("a refund whose every call is refused does not make tokens one after another", async () => {
  const check = newCheck();
  for (let i = 0; i < 12; i++) {
    expect((await check("BADSIGN-0001")).reading).toEqual({ kind: "blocked", by: "credentials" });
  }
  expect(await tokenCallsOf(simulator.url)).toHaveLength(2);
  expect((await check("SUCCESS-0001")).reading).toEqual(settled);
});

describe("without a token", () => {
  test.each([
    [{ reset: true }, { kind: "unclear", cause: "unreachable" }, "NO_TOKEN"],
    [{ raw: "<html>502</html>", httpStatus: 502 }, { kind: "unclear", cause: "unreadable" }, "NO_TOKEN"],
    [{ raw: "" }, { kind: "unclear", cause: "unreadable" }, "NO_TOKEN"],
    [{ fields: { accessToken: null } }, { kind: "unclear", cause: "unreadable" }, "NO_TOKEN"],
    [{ errCode: "9999", httpStatus: 500 }, { kind: "unclear", cause: "gateway" }, "TOKEN_9999"],
    [{ errCode: "1000" }, { kind: "blocked", by: "credentials" }, "TOKEN_1000"],
    [{ errCode: "DENIED_IP" }, { kind: "blocked", by: "credentials" }, "TOKEN_DENIED_IP"],
  ])("nobody is asked about the refund, and the check says why: %j", async (step, reading, code) => {
    await controlTokens(simulator.url, { answers: [step] });
    const check = await newCheck()("SUCCESS-0001");
    expect(check).toMatchObject({ reading, code, answer: undefined, upstreamMsgId: undefined });
    expect(await queries()).toEqual([]);
  });

  test("by the check's own deadline it has timed out, the others' wait for the same call included", async () => {
    await controlTokens(simulator.url, { answers: [{ delayMs: 60_000 }] });
    const check = newCheck();
    const ended: [string, unknown][] = [];
    const end = async (who: string, asked: ReturnType<typeof check>) => ended.push([who, (await asked).reading]);
    const patient = end("patient", check("SUCCESS-0001", 1_500));
    await end("same instance", check("SUCCESS-0002", 200));
    await end("other instance", newCheck()("SUCCESS-0003", 200));
    await patient;
    const timeout = { kind: "unclear", cause: "timeout" };
    expect(ended).toEqual([
      ["same instance", timeout],
      ["other instance", timeout],
      ["patient", timeout],
    ]);
    expect(await queries()).toEqual([]);
  });

  test("because nothing listens there, it is unreachable", async () => {
    const { reading } = await newCheck({ url: "http://127.0.0.1:1" })("SUCCESS-0001");
    expect(reading).toEqual({ kind: "unclear", cause: "unreachable" });
  });

  test("because there is no pair, it is blocked as with a signature", async () => {
    const check = newCheck({ current: () => Promise.reject(new Error("no secret")) });
    expect(await check("SUCCESS-0001")).toMatchObject({
      reading: { kind: "blocked", by: "credentials" },
      code: "NO_CREDENTIALS",
    });
    expect(await tokenCallsOf(simulator.url)).toEqual([]);
  });
});

describe("a pair that was replaced in the secret", () => {
  const renewing = (newer: { appId: string; appKey: string }) => {
    let current = pair;
    return newCheck({
      current: async () => current,
      afterRejected: async () => {
        current = newer;
        return newer;
      },
    });
  };

  test("is used at once where the token call rejects the old key", async () => {
    simulator.setCredentials({ appId: pair.appId, appKeys: ["newer"] });
    expect((await renewing({ ...pair, appKey: "newer" })("SUCCESS-0001")).reading).toEqual(settled);
    expect((await tokenCallsOf(simulator.url)).map(({ verified }) => verified)).toEqual([false, true]);
  });

  test("may be of another AppId, with a token of its own", async () => {
    const other = { appId: `${pair.appId}-other`, appKey: "newer" };
    simulator.setCredentials({ appId: other.appId, appKeys: ["newer"] });
    expect((await renewing(other)("SUCCESS-0001")).reading).toEqual(settled);
    expect((await queries())[0]?.authorization).toContain(`AppId="${other.appId}"`);
  });
});
