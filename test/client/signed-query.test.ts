import { describe, expect, test } from "vitest";
import { signQuery } from "../../client/signed-query.ts";
import { signRequest } from "../../client/signed-request.ts";
import { isSignedWith, readOpenBodySig } from "../../shared/chinaums/auth/open-body-sig.ts";

const credentials = { appId: "an-app", appKey: "a-key" };
const question = { merOrderId: "REFUND-0001", mid: "898310148160568", tid: "88880001", instMid: "APPDEFAULT" };
/** In Beijing it is already the new year. */
const moment = { now: Date.parse("2025-12-31T16:00:01Z"), nonce: "n-1" };
const signed = (baseUrl = "https://example.com") => signQuery({ baseUrl, credentials, question }, moment);

describe("a signed query", () => {
  test("carries the signature of its own bytes, as the service verifies it", () => {
    const chinese = { ...question, srcReserve: '退货备注 "1" \\ 完' };
    const { headers, body } = signQuery({ baseUrl: "https://example.com", credentials, question: chinese }, moment);
    const sig = readOpenBodySig(headers.Authorization);
    if (sig === undefined) throw new Error(headers.Authorization);
    expect(sig).toMatchObject({ appId: "an-app", nonce: "n-1", timestamp: "20260101000001" });
    expect(isSignedWith("a-key", sig, body)).toBe(true);
    expect(isSignedWith("a-key", sig, `${body} `)).toBe(false);
  });

  test("says the time of Beijing in its body too, whatever the zone of the machine", () => {
    expect(JSON.parse(signed().body)).toEqual({ requestTimestamp: "2026-01-01 00:00:01", ...question });
  });

  test.each([
    ["https://example.com", "https://example.com/v1/netpay/refund-query"],
    ["https://example.com//", "https://example.com/v1/netpay/refund-query"],
    ["https://example.com/pay/", "https://example.com/pay/v1/netpay/refund-query"],
  ])("with the base URL %s goes to %s", (baseUrl, url) => {
    expect(signed(baseUrl).url).toBe(url);
  });

  test("has an Idempotency-Key only if one is given", () => {
    const headersFor = (idempotencyKey?: string) =>
      signRequest({ baseUrl: "https://example.com", path: "/", credentials, members: {}, idempotencyKey }, moment)
        .headers;
    expect(headersFor("once")).toMatchObject({ "Idempotency-Key": "once" });
    expect(headersFor()).not.toHaveProperty("Idempotency-Key");
  });
});
