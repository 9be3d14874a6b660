import { describe, expect, test } from "vitest";
import type { AuthorizeUpstream, UpstreamAuthorization } from "../../shared/chinaums/auth/upstream-authorization.ts";
import { createCall, type Operation } from "../../shared/chinaums/call.ts";
import type { PostResult } from "../../shared/chinaums/transport/raw-answer.ts";

const start = 1_700_000_000_000;
const deadline = start + 18_000;

/** A second operation, as a sibling folder of the refund query would define it. */
type PaymentAnswer = { readonly errCode: string | undefined; readonly status: string | undefined };
const paymentQuery: Operation<{ merOrderId: string }, PaymentAnswer> = {
  path: "/v1/netpay/query",
  build: ({ merOrderId }, now, id) => ({ requestTimestamp: String(now), merOrderId, msgId: id }),
  read: ({ status, body }, { merOrderId }, id) => {
    const { errCode, msgId } = JSON.parse(body);
    return { errCode, status: msgId === id ? `${merOrderId} at HTTP ${status}` : undefined };
  },
};

const answer = (errCode: string, members: object = {}): PostResult => ({
  kind: "answer",
  answer: { status: 200, body: JSON.stringify({ errCode, ...members }) },
});
const signed = (by: string, more: Partial<UpstreamAuthorization> = {}): UpstreamAuthorization => ({
  kind: "ready",
  header: (body, now) => `${by} signs ${body} at ${now}`,
  afterRejected: async () => undefined,
  ...more,
});
const refused = { kind: "none", reading: { kind: "blocked", by: "credentials" }, code: "NO_TOKEN" } as const;

/** Answers the tries one after another, the last for ever, each a second after it came. */
function calling(results: PostResult[], more: { authorizeUpstream?: AuthorizeUpstream; needDataTag?: boolean } = {}) {
  let now = start;
  let ids = 0;
  const sent: { path: string; headers: unknown; body: string; deadline: number }[] = [];
  const call = createCall(paymentQuery, {
    post: async (path, headers, body, until) => {
      sent.push({ path, headers, body, deadline: until });
      now += 1_000;
      return results[Math.min(sent.length, results.length) - 1] as PostResult;
    },
    authorizeUpstream: async () => signed("first key"),
    now: () => now,
    newId: () => `id-${++ids}`,
    tryMs: 8_000,
    needDataTag: false,
    ...more,
  });
  return { call: () => call({ merOrderId: "PAYMENT-1" }, deadline), sent };
}

test("any operation is built, signed, posted to its path, and read with the id that was sent", async () => {
  const { call, sent } = calling([answer("SUCCESS", { msgId: "id-1" })]);
  expect(await call()).toEqual({
    kind: "answer",
    answer: { errCode: "SUCCESS", status: "PAYMENT-1 at HTTP 200" },
    errCode: "SUCCESS",
    id: "id-1",
    closed: false,
  });
  const body = `{"requestTimestamp":"${start}","merOrderId":"PAYMENT-1","msgId":"id-1"}`;
  const headers = { authorization: `first key signs ${body} at ${start}` };
  expect(sent).toEqual([{ path: "/v1/netpay/query", headers, body, deadline: start + 8_000 }]);
});

test("the body is wrapped in data where the setting says so, and the wrapped body is signed", async () => {
  const { call, sent } = calling([answer("SUCCESS")], { needDataTag: true });
  await call();
  const body = `{"data":{"requestTimestamp":"${start}","merOrderId":"PAYMENT-1","msgId":"id-1"}}`;
  expect(sent).toMatchObject([{ body, headers: { authorization: `first key signs ${body} at ${start}` } }]);
});

describe("a second try", () => {
  test.each([
    ["a connection that closed before any answer", { kind: "closed" } as const],
    ["the gateway's passing fault", answer("9200")],
  ])("follows %s, with the same key and another id", async (_, first) => {
    const { call, sent } = calling([first, answer("SUCCESS")]);
    expect(await call()).toMatchObject({ kind: "answer", errCode: "SUCCESS", id: "id-2" });
    expect(sent).toHaveLength(2);
  });

  test("is the last, and ends by the call's own deadline", async () => {
    const { call, sent } = calling([{ kind: "closed" }]);
    expect(await call()).toMatchObject({ kind: "fault", cause: "unreachable", id: "id-2" });
    expect(sent.map((one) => one.deadline)).toEqual([start + 8_000, start + 9_000]);
  });

  test.each(["1000", "BAD_SIGN"])("follows a rejected key where there is a newer one: %s", async (errCode) => {
    const authorizeUpstream: AuthorizeUpstream = async () =>
      signed("old key", { afterRejected: async () => signed("newer key") });
    const { call, sent } = calling([answer(errCode), answer("SUCCESS")], { authorizeUpstream });
    expect(await call()).toMatchObject({ errCode: "SUCCESS" });
    expect(sent[1]?.headers).toEqual({ authorization: expect.stringContaining("newer key signs") });
  });

  test("does not follow a rejected key where there is none, nor any other answer or fault", async () => {
    const results = [answer("1000"), answer("9999"), answer("SUCCESS"), { kind: "timeout" } as const];
    for (const result of [...results, { kind: "unreachable" } as const, { kind: "unreadable" } as const]) {
      const { call, sent } = calling([result]);
      await call();
      expect(sent).toHaveLength(1);
    }
  });
});

describe("without an authorization", () => {
  test("nothing is sent, and the reason is told", async () => {
    const { call, sent } = calling([answer("SUCCESS")], { authorizeUpstream: async () => refused });
    expect(await call()).toEqual({ ...refused, id: undefined, closed: false, errCode: undefined });
    expect(sent).toEqual([]);
  });

  test("for a second try the reason is told, with the id of the first", async () => {
    const authorizeUpstream: AuthorizeUpstream = async () => signed("old key", { afterRejected: async () => refused });
    expect(await calling([answer("1000")], { authorizeUpstream }).call()).toMatchObject({ ...refused, id: "id-1" });
  });
});
