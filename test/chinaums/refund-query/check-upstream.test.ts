import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../../sandbox/simulator/start-simulator.ts";
import { createBodySigAuthorization } from "../../../shared/chinaums/auth/body-sig-authorization.ts";
import type { PlatformCredentials } from "../../../shared/chinaums/auth/platform-credentials.ts";
import { createCheckUpstream } from "../../../shared/chinaums/refund-query/check-upstream.ts";
import { createPost } from "../../../shared/chinaums/transport/post.ts";
import { callsOf, script } from "../../support/simulator-control.ts";

const pair = { appId: "platform-app", appKey: "platform-key" };
const question = {
  merOrderId: "REFUND-0001",
  instMid: "APPDEFAULT",
  mid: "898310148160568",
  tid: "88880001",
  srcReserve: "退款查询",
};
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ credentials: { appId: pair.appId, appKeys: [pair.appKey] } });
});
afterAll(() => simulator.close());
beforeEach(async () => {
  simulator.setCredentials({ appId: pair.appId, appKeys: [pair.appKey] });
  await fetch(`${simulator.url}/_control`, { method: "DELETE" });
});

let ids = 0;
const newId = () => String(++ids).padStart(32, "0");
function checkUpstream(credentials: Partial<PlatformCredentials> = {}, tryMs = 5_000) {
  const platform = { current: async () => pair, afterRejected: async () => undefined, ...credentials };
  return createCheckUpstream({
    post: createPost({ baseUrl: simulator.url, maxSockets: 5, now: Date.now }),
    authorizeUpstream: createBodySigAuthorization({ credentials: platform, newNonce: newId }),
    now: Date.now,
    newId,
    tryMs,
    needDataTag: false,
  });
}
const inFiveSeconds = () => Date.now() + 5_000;

test("one call with a good signature, Chinese and all, settles a refund that has succeeded", async () => {
  await script(simulator.url, question.merOrderId, [{ refundStatus: "SUCCESS" }]);
  const check = await checkUpstream()(question, inFiveSeconds());
  expect(check).toMatchObject({
    reading: { kind: "settled", outcome: "succeeded" },
    code: "SUCCESS",
    matchedBy: "refundOrderId",
  });
  const [call, ...more] = await callsOf(simulator.url, question.merOrderId);
  expect(more).toEqual([]);
  expect(call).toMatchObject({ verified: true });
  expect(JSON.parse(call?.rawBody ?? "")).toMatchObject({ srcReserve: "退款查询", msgId: check.upstreamMsgId });
});

test("a connection closed before any answer is tried once more, with new numbers", async () => {
  await script(simulator.url, question.merOrderId, [{ reset: true }, { refundStatus: "FAIL" }]);
  expect((await checkUpstream()(question, inFiveSeconds())).reading).toEqual({ kind: "settled", outcome: "failed" });
  const calls = await callsOf(simulator.url, question.merOrderId);
  expect(calls.length).toBe(2);
  expect(calls[0]?.authorization).not.toBe(calls[1]?.authorization);
});

test("and no more than once more", async () => {
  await script(simulator.url, question.merOrderId, [{ reset: true }]);
  expect((await checkUpstream()(question, inFiveSeconds())).reading).toEqual({ kind: "unclear", cause: "unreachable" });
  expect(await callsOf(simulator.url, question.merOrderId)).toHaveLength(2);
});

test("the gateway's passing fault 9200 is tried once more", async () => {
  await script(simulator.url, question.merOrderId, [{ errCode: "9200" }, { refundStatus: "PROCESSING" }]);
  expect((await checkUpstream()(question, inFiveSeconds())).reading).toEqual({ kind: "processing" });
});

test.each([
  [[{ errCode: "9999" }], { kind: "unclear", cause: "gateway" }],
  [[{ errCode: "DENIED_IP" }], { kind: "blocked", by: "credentials" }],
  [[{ raw: "<html>" }], { kind: "unclear", cause: "unreadable" }],
  [[{ httpStatus: 500, raw: "" }], { kind: "unclear", cause: "unreadable" }],
])("anything else is asked once: %j", async (steps, reading) => {
  await script(simulator.url, question.merOrderId, steps);
  expect((await checkUpstream()(question, inFiveSeconds())).reading).toEqual(reading);
  expect(await callsOf(simulator.url, question.merOrderId)).toHaveLength(1);
});

test("a hang ends after the time of one try, and is not tried again", async () => {
  await script(simulator.url, question.merOrderId, [{ delayMs: 60_000 }]);
  expect((await checkUpstream({}, 80)(question, inFiveSeconds())).reading).toEqual({
    kind: "unclear",
    cause: "timeout",
  });
  expect(await callsOf(simulator.url, question.merOrderId)).toHaveLength(1);
});

test("a key that has been replaced since is used for one more try", async () => {
  simulator.setCredentials({ appId: pair.appId, appKeys: ["new-key"] });
  await script(simulator.url, question.merOrderId, [{ refundStatus: "SUCCESS" }]);
  const rejected: unknown[] = [];
  const check = await checkUpstream({
    afterRejected: async (old) => {
      rejected.push(old);
      return { ...pair, appKey: "new-key" };
    },
  })(question, inFiveSeconds());
  expect(check.reading.kind).toBe("settled");
  expect(rejected).toEqual([pair]);
});

test("a key that stays rejected blocks after one more try", async () => {
  simulator.setCredentials({ appId: pair.appId, appKeys: ["another"] });
  const check = await checkUpstream({ afterRejected: async () => pair })(question, inFiveSeconds());
  expect(check).toMatchObject({ reading: { kind: "blocked", by: "credentials" }, code: "1000", answer: undefined });
  expect(await callsOf(simulator.url)).toHaveLength(2);
});

test.each([
  ["there is no pair", { current: () => Promise.reject(new Error("no secret")) }, 0],
  ["there is none any more", { afterRejected: () => Promise.reject(new Error("no secret")) }, 1],
])("without credentials it is blocked, and does not throw: %s", async (_, credentials, calls) => {
  simulator.setCredentials({ appId: pair.appId, appKeys: ["another"] });
  const check = await checkUpstream(credentials)(question, inFiveSeconds());
  expect(check.reading).toEqual({ kind: "blocked", by: "credentials" });
  expect(await callsOf(simulator.url)).toHaveLength(calls);
});
