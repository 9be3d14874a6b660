import { describe, expect, test } from "vitest";
import { createRefundStatusClient, type RefundStatusClientDeps } from "../../client/refund-status-client.ts";
import { RefundStatusError } from "../../client/refund-status-error.ts";
import { isSignedWith, readOpenBodySig } from "../../shared/chinaums/auth/open-body-sig.ts";
import { type ReceivedRequest, startScriptedServer } from "../support/scripted-server.ts";

const question = { merOrderId: "REFUND-0001", mid: "898310148160568", tid: "88880001", instMid: "APPDEFAULT" };
const answered = { status: 200, body: { errCode: "SUCCESS", recheck: { state: "succeeded", final: true } } };
const busy = { status: 503, headers: { "Retry-After": "2" }, body: { errCode: "SYSTEM_BUSY", detail: "Busy." } };

/** A client whose clock moves by what it sleeps, and no further. */
function clientOf(baseUrl: string, more: Partial<RefundStatusClientDeps> = {}) {
  let now = Date.parse("2026-03-01T00:30:00Z");
  const waits: number[] = [];
  const client = createRefundStatusClient({
    baseUrl,
    appId: "an-app",
    appKey: "a-key",
    now: () => now,
    random: () => 1,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
      now += ms;
    },
    ...more,
  });
  return { client, waits };
}

async function failureOf(call: Promise<unknown>): Promise<RefundStatusError> {
  const error = await call.then(
    () => "no error",
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RefundStatusError)) throw new Error("not a RefundStatusError", { cause: error });
  return error;
}

const signatureOf = ({ headers, body }: ReceivedRequest) => {
  const sig = readOpenBodySig(headers.authorization ?? "");
  return sig && { ...sig, isRight: isSignedWith("a-key", sig, body) };
};

describe("a call that fails for a while", () => {
  test("is made again after Retry-After, in seconds or as a date, and gives the answer", async () => {
    const later = { ...busy, headers: { "Retry-After": "Sun, 01 Mar 2026 00:30:09 GMT" } };
    await using server = await startScriptedServer(busy, later, answered);
    const { client, waits } = clientOf(server.url);
    expect(await client.query(question)).toEqual(answered.body);
    expect(waits).toEqual([2_000, 7_000]);
  });

  test("is signed anew each time, and keeps its Idempotency-Key", async () => {
    await using server = await startScriptedServer(busy, busy, answered);
    await clientOf(server.url).client.query(question, { idempotencyKey: "once" });
    const signatures = server.received.map(signatureOf);
    expect(signatures.map((sig) => sig?.isRight)).toEqual([true, true, true]);
    expect(signatures.map((sig) => sig?.timestamp)).toEqual(["20260301083000", "20260301083002", "20260301083004"]);
    expect(new Set(signatures.map((sig) => sig?.nonce)).size).toBe(3);
    expect(server.received.map(({ headers }) => headers["idempotency-key"])).toEqual(["once", "once", "once"]);
  });

  test("waits longer each time where nothing says how long", async () => {
    await using server = await startScriptedServer({ status: 500 }, { status: 502, body: "<html>" }, { status: 429 });
    const { client, waits } = clientOf(server.url);
    expect(await failureOf(client.query(question))).toMatchObject({ reason: "busy", status: 429, attempts: 4 });
    expect(waits).toEqual([500, 1_000, 2_000]);
  });

  test("is given up at once where the wait would go past its end, and says when to ask again", async () => {
    await using server = await startScriptedServer({ ...busy, headers: { "Retry-After": "60" } });
    const { client, waits } = clientOf(server.url);
    expect(await failureOf(client.query(question))).toMatchObject({
      reason: "unavailable",
      retryAfterMs: 60_000,
      attempts: 1,
    });
    expect(waits).toEqual([]);
    expect(
      await failureOf(client.query(question, { deadlineMs: 61_000, signal: new AbortController().signal })),
    ).toMatchObject({ attempts: 2 });
  });

  test("ends when its caller no longer wants it", async () => {
    await using server = await startScriptedServer(busy);
    const reason = new Error("not wanted");
    const caller = new AbortController();
    const { client } = clientOf(server.url, {
      sleep: async (_, signal) => {
        caller.abort(reason);
        signal?.throwIfAborted();
      },
    });
    await expect(client.query(question, { signal: caller.signal })).rejects.toBe(reason);
    await expect(client.query(question, { signal: caller.signal })).rejects.toBe(reason);
    expect(server.received).toHaveLength(1);
  });

  test("ends in the middle of a try, too", async () => {
    await using server = await startScriptedServer(undefined);
    const reason = new Error("not wanted");
    const caller = new AbortController();
    const call = clientOf(server.url, { maxRetries: 0 }).client.query(question, { signal: caller.signal });
    const ended = expect(call).rejects.toBe(reason);
    await expect.poll(() => server.received.length).toBe(1);
    caller.abort(reason);
    await ended;
  });

  test("tells a server that does not answer in time from one that is not there", async () => {
    await using server = await startScriptedServer(undefined);
    const silent = await failureOf(clientOf(server.url).client.query(question, { deadlineMs: 300 }));
    expect(silent).toMatchObject({ reason: "timeout", message: `no answer from ${server.url} in time` });
    const nobody = await failureOf(clientOf("http://127.0.0.1:1").client.query(question));
    expect(nobody).toMatchObject({ reason: "unreachable", attempts: 4 });
    expect(nobody.message).toMatch(/^no answer from http:\/\/127\.0\.0\.1:1: ./);
  });
});

describe("a call that cannot go better", () => {
  test.each([
    [400, "refused"],
    [401, "unauthenticated"],
    [403, "forbidden"],
    [404, "refused"],
    [412, "refused"],
    [422, "refused"],
    [302, "unexpected_answer"],
  ] as const)("with status %i is %s, and is not made again", async (status, reason) => {
    await using server = await startScriptedServer({ status, headers: { Location: "/elsewhere" } }, answered);
    expect(await failureOf(clientOf(server.url).client.query(question))).toMatchObject({ reason, status, attempts: 1 });
    expect(server.received).toHaveLength(1);
  });

  test("says what the service has said", async () => {
    const body = {
      errCode: "BAD_REQUEST",
      errMsg: "请求参数错误",
      detail: "Some fields are wrong.",
      errors: [{ field: "mid", message: "must be 15 letters or digits" }],
      requestId: "r-1",
    };
    await using server = await startScriptedServer({ status: 400, body });
    const { errors, errCode, requestId } = body;
    const error = await failureOf(clientOf(server.url).client.query(question));
    expect(error).toMatchObject({
      message: "HTTP 400: Some fields are wrong.",
      errors,
      errCode,
      requestId,
      recheck: undefined,
    });
  });

  test.each([
    ["ChinaUMS's, which has no recheck", { errCode: "SUCCESS", refundStatus: "SUCCESS" }],
    ["no JSON", "<html>"],
    ["a list", []],
  ])("as an answer of somebody else: %s", async (_, body) => {
    await using server = await startScriptedServer({ status: 200, body });
    const error = await failureOf(clientOf(server.url).client.query(question));
    expect(error).toMatchObject({
      reason: "unexpected_answer",
      status: 200,
      message: `${server.url} is not this service`,
    });
  });
});

describe("a fault in ChinaUMS's own statuses, which a partner may be switched to", () => {
  test.each([
    [412, { errCode: "1000", errInfo: "认证失败" }, "unauthenticated"],
    [412, { errCode: "1001", errInfo: "授权失败" }, "forbidden"],
    [200, { errCode: "BAD_REQUEST", errMsg: "请求参数错误", requestId: "r-1" }, "refused"],
  ] as const)("with status %i and %j is told by its code", async (status, body, reason) => {
    await using server = await startScriptedServer({ status, body }, answered);
    expect(await failureOf(clientOf(server.url).client.query(question))).toMatchObject({ reason, attempts: 1 });
  });

  test("is tried again where it says when", async () => {
    const body = { errCode: "SYSTEM_BUSY", errMsg: "系统繁忙", requestId: "r-1" };
    await using server = await startScriptedServer({ status: 200, headers: { "Retry-After": "1" }, body }, answered);
    const { client, waits } = clientOf(server.url);
    expect(await client.query(question)).toEqual(answered.body);
    expect(waits).toEqual([1_000]);
  });
});

test("refunds to watch and the cursor of the feed are posted as they are given", async () => {
  const watched = { refunds: [{ ...question, result: "created" }] };
  await using server = await startScriptedServer(
    { status: 200, body: watched },
    { status: 200, body: { events: [], cursor: "c-2" } },
  );
  const { client } = clientOf(server.url);
  expect(await client.watch([question])).toEqual(watched);
  expect(await client.changes({ cursor: "c-1", limit: 5 })).toEqual({ events: [], cursor: "c-2" });
  const sent = server.received.map(({ path, body }) => [path, JSON.parse(body)]);
  expect(sent).toEqual([
    ["/v1/refunds/watch", { refunds: [question] }],
    ["/v1/refunds/changes", { cursor: "c-1", limit: 5 }],
  ]);
  expect(server.received.map((request) => signatureOf(request)?.isRight)).toEqual([true, true]);
});

test("a client that cannot work is refused with every reason", () => {
  expect(() => createRefundStatusClient({ baseUrl: "example.com", appId: "", appKey: "" })).toThrow(
    "baseUrl must be an http or https URL; appId must not be empty; appKey must not be empty",
  );
});
