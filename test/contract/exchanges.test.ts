import { describe, expect, test } from "vitest";
import { breachesOfContract, exchangeOf } from "../support/contract.ts";

const question = {
  requestTimestamp: "2026-03-01 08:30:00",
  merOrderId: "REFUND-0001",
  instMid: "APPDEFAULT",
  mid: "898310148160568",
  tid: "88880001",
};
const recheck = {
  state: "succeeded",
  final: true,
  checkedAt: "2026-03-01T00:30:00.000Z",
  nextCheckAt: null,
  attempts: 1,
  source: "upstream",
};
const answer = { errCode: "SUCCESS", refundStatus: "SUCCESS", recheck };
const jsonHeaders = { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" };
const refusal = {
  errCode: "BAD_REQUEST",
  errMsg: "请求参数错误",
  type: "about:blank",
  title: "Bad Request",
  status: 400,
  detail: "Some fields are wrong.",
  requestId: "r",
  errors: [{ field: "tid", message: "is required" }],
};
const problemHeaders = { ...jsonHeaders, "Content-Type": "application/problem+json; charset=utf-8" };

type Changes = {
  readonly path?: string;
  readonly sent?: Record<string, unknown>;
  readonly key?: string;
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly said?: object;
};

/** What the contract says of an exchange that it allows, but for these changes. */
function breachesWith({ path, sent = {}, key, status, headers = jsonHeaders, said = answer }: Changes): string {
  const event = {
    rawPath: path ?? "/v1/netpay/refund-query",
    headers: { "idempotency-key": key },
    body: JSON.stringify({ ...question, ...sent }),
    isBase64Encoded: false,
    requestContext: { http: { method: "POST" } },
  };
  return breachesOfContract(
    exchangeOf(event, { statusCode: status ?? 200, headers, body: JSON.stringify(said) }),
  ).join();
}

describe("an exchange is held against the contract", () => {
  test("and passes where the contract says the same", () => {
    expect(breachesWith({})).toBe("");
    expect(breachesWith({ path: "//v1/netpay/refund-query/", key: '"a key"' })).toBe("");
    expect(breachesWith({ sent: { tid: undefined }, status: 400, headers: problemHeaders, said: refusal })).toBe("");
  });

  test.each<[string, Changes, string]>([
    ["a member", { said: { ...answer, extra: 1 } }, '"unevaluatedProperty":"extra"'],
    [
      "a member of recheck",
      { said: { ...answer, recheck: { ...recheck, extra: 1 } } },
      '"unevaluatedProperty":"extra"',
    ],
    ["the type of a member", { said: { ...answer, totalAmount: "12400" } }, "/totalAmount must be integer"],
    ["an absent member", { said: { errCode: "SUCCESS" } }, '"missingProperty":"recheck"'],
    ["a pair of members", { said: { ...answer, recheck: { ...recheck, state: "pending" } } }, "/recheck/state"],
    ["a header", { headers: { ...jsonHeaders, "X-Own": "1" } }, "the header x-own is not documented"],
    ["the value of a header", { headers: { ...jsonHeaders, "Cache-Control": "public" } }, "the header Cache-Control"],
    ["a media type", { headers: { "Content-Type": "text/html" } }, "the media type text/html is not documented"],
    ["a status", { status: 418 }, "the status 418 is not documented"],
    ["a header that must be there", { status: 401, headers: problemHeaders }, "the header WWW-Authenticate is missing"],
    ["a path", { path: "/v1/refunds/query" }, '"missingProperty":"requestId"'],
    ["a request that is answered", { sent: { tid: "1" } }, "a request was answered that is not allowed: /tid"],
    ["a key that is taken", { key: "a key" }, "a request was answered that is not allowed: the header Idempotency-Key"],
    [
      "a request that is refused",
      { status: 400, headers: problemHeaders, said: refusal },
      "a request was refused that is allowed",
    ],
  ])("and fails by %s that the contract does not say", (_, changes, breach) => {
    expect(breachesWith(changes)).toContain(breach);
  });
});
