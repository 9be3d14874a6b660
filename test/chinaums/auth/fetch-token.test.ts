import { describe, expect, test } from "vitest";
import { createFetchToken } from "../../../shared/chinaums/auth/fetch-token.ts";
import type { KeyPair } from "../../../shared/chinaums/auth/key-pair.ts";
import type { PostResult } from "../../../shared/chinaums/transport/raw-answer.ts";

const pair = { appId: "app", appKey: "key" };
const start = 1_700_000_000_000;
const deadline = start + 6_000;
const answer = (members: object): PostResult => ({
  kind: "answer",
  answer: { status: 200, body: JSON.stringify(members) },
});
const issued = answer({ errCode: "0000", accessToken: "token-1", expiresIn: 3600 });

/** Answers the calls one after another, the last for ever, each a second after it came. */
function fetching(results: PostResult[], newer?: KeyPair) {
  let now = start;
  const calls: { path: string; headers: object; body: Record<string, string>; deadline: number }[] = [];
  const fetchToken = createFetchToken({
    async post(path, headers, body, until) {
      calls.push({ path, headers, body: JSON.parse(body), deadline: until });
      now += 1_000;
      return results[Math.min(calls.length, results.length) - 1] as PostResult;
    },
    credentials: { current: async () => pair, afterRejected: async () => newer },
    version: "v1",
    now: () => now,
    newNonce: () => `nonce-${calls.length}`,
  });
  return { fetchToken, calls };
}

test("a token lasts from when it was asked for, not from when it came", async () => {
  const { fetchToken, calls } = fetching([issued]);
  expect(await fetchToken(pair, deadline)).toEqual({
    kind: "issued",
    value: "token-1",
    issuedAt: start,
    expiresAt: start + 3_600_000,
  });
  expect(calls).toMatchObject([{ path: "/v1/token/access", headers: {}, deadline }]);
});

describe("one more try, by the same deadline", () => {
  test.each([
    ["a connection closed before any answer", { kind: "closed" } as const],
    ["the gateway's passing fault", answer({ errCode: "9200" })],
  ])("follows %s", async (_, first) => {
    const { fetchToken, calls } = fetching([first, issued]);
    expect(await fetchToken(pair, deadline)).toMatchObject({ kind: "issued", value: "token-1" });
    expect(calls.map((call) => call.deadline)).toEqual([deadline, deadline]);
    expect(calls[0]?.body.nonce).not.toBe(calls[1]?.body.nonce);
  });

  test("follows a rejected key where there is a newer one", async () => {
    const { fetchToken, calls } = fetching([answer({ errCode: "1000" }), issued], { ...pair, appKey: "newer" });
    expect(await fetchToken(pair, deadline)).toMatchObject({ kind: "issued" });
    expect(calls[0]?.body.signature).not.toBe(calls[1]?.body.signature);
  });

  test("is the last", async () => {
    const { fetchToken, calls } = fetching([{ kind: "closed" }]);
    expect(await fetchToken(pair, deadline)).toMatchObject({ reading: { kind: "unclear", cause: "unreachable" } });
    expect(calls).toHaveLength(2);
  });

  test.each([
    ["there is no newer key", undefined],
    ["the newer pair is of another AppId, whose token is another one", { appId: "other", appKey: "newer" }],
  ])("does not follow a rejected key where %s", async (_, newer) => {
    const { fetchToken, calls } = fetching([answer({ errCode: "1000" }), issued], newer);
    expect(await fetchToken(pair, deadline)).toMatchObject({ kind: "none", code: "TOKEN_1000" });
    expect(calls).toHaveLength(1);
  });
});

describe("without a token it is told why, and that nothing is known of the refund", () => {
  test.each([
    [{ kind: "timeout" } as const, { kind: "unclear", cause: "timeout" }, "NO_TOKEN"],
    [{ kind: "unreachable" } as const, { kind: "unclear", cause: "unreachable" }, "NO_TOKEN"],
    [{ kind: "unreadable" } as const, { kind: "unclear", cause: "unreadable" }, "NO_TOKEN"],
    [answer({}), { kind: "unclear", cause: "unreadable" }, "NO_TOKEN"],
    [answer({ errCode: "1000" }), { kind: "blocked", by: "credentials" }, "TOKEN_1000"],
    [answer({ errCode: "DENIED_IP" }), { kind: "blocked", by: "credentials" }, "TOKEN_DENIED_IP"],
    [answer({ errCode: "9001" }), { kind: "blocked", by: "configuration" }, "TOKEN_9001"],
    [answer({ errCode: "BAD_REQUEST" }), { kind: "blocked", by: "configuration" }, "TOKEN_BAD_REQUEST"],
    [answer({ errCode: "9999" }), { kind: "unclear", cause: "gateway" }, "TOKEN_9999"],
    [answer({ errCode: "NO_ORDER" }), { kind: "unclear", cause: "gateway" }, "TOKEN_NO_ORDER"],
    [answer({ errCode: "ORDER_PROCESSING" }), { kind: "unclear", cause: "gateway" }, "TOKEN_ORDER_PROCESSING"],
    [
      answer({ errCode: "SUCCESS", refundStatus: "SUCCESS" }),
      { kind: "unclear", cause: "unfamiliar" },
      "TOKEN_SUCCESS",
    ],
    [answer({ errCode: "their own words" }), { kind: "unclear", cause: "unfamiliar" }, "NO_TOKEN"],
  ])("%j", async (result, reading, code) => {
    const { fetchToken, calls } = fetching([result]);
    expect(await fetchToken(pair, deadline)).toEqual({ kind: "none", reading, code });
    expect(calls).toHaveLength(1);
  });
});
