import { describe, expect, test } from "vitest";
import { readIdempotencyKey, requestKey } from "../../functions/refund-query/contract/idempotency-key.ts";

const request = {
  requestTimestamp: "2026-01-05 12:00:00",
  merOrderId: "REFUND-0001",
  instMid: "APPDEFAULT",
  mid: "898310148160568",
  tid: "88880001",
};

describe("an Idempotency-Key header", () => {
  test.each([
    ["abc-123", "abc-123"],
    ['"abc-123"', "abc-123"],
    [' "abc" ', "abc"],
    [String.raw`"a\"b\\c"`, String.raw`a"b\c`],
    ["x".repeat(255), "x".repeat(255)],
    ["a,b;c=d", "a,b;c=d"],
  ])("is read quoted or bare: %s", (header, value) => {
    expect(readIdempotencyKey(header)).toEqual({ value });
  });

  test.each(["", '""', "a b", '"a b"', "x".repeat(256), "键", '"open', "tab\tbed", '"'])("is refused: %j", (header) => {
    expect(readIdempotencyKey(header)).toMatchObject({ wrong: { field: "Idempotency-Key" } });
  });
});

describe("what a request is remembered by", () => {
  const id = (...args: Parameters<typeof requestKey>) => requestKey(...args).id;

  test("is the partner's own key whatever is asked, and what is asked beside it", () => {
    const other = { ...request, merOrderId: "REFUND-0002" };
    expect(id("p", "key", "n1", request)).toBe(id("p", "key", "n2", other));
    expect(requestKey("p", "key", "n", request).payloadDigest).not.toBe(
      requestKey("p", "key", "n", other).payloadDigest,
    );
    expect(id("p", "key", "n", request)).not.toBe(id("q", "key", "n", request));
  });

  test("does not change with the time, the message number or the signature of another try", () => {
    const first = requestKey("p", "key", "n1", { ...request, msgId: "m1" });
    const again = requestKey("p", "key", "n2", { ...request, msgId: "m2", requestTimestamp: "2026-01-05 12:00:01" });
    expect(again).toEqual(first);
  });

  test("is the message number within the refund where there is no key, else the nonce", () => {
    const named = { ...request, msgId: "m1" };
    expect(id("p", undefined, "n1", named)).toBe(id("p", undefined, "n2", named));
    expect(id("p", undefined, "n1", named)).not.toBe(id("p", undefined, "n1", { ...named, merOrderId: "REFUND-0002" }));
    expect(id("p", undefined, "n1", request)).not.toBe(id("p", undefined, "n2", request));
  });

  test("never clashes unless the partner chose it", () => {
    const one = requestKey("p", undefined, "n", { ...request, msgId: "m" });
    const two = requestKey("p", undefined, "n", { ...request, msgId: "m", srcReserve: "other" });
    expect(one.id).not.toBe(two.id);
    expect([one.chosen, requestKey("p", "k", "n", request).chosen]).toEqual([false, true]);
  });

  test("does not hold the partner's own words", () => {
    expect(id("p", "my-secret-key", "n", request)).not.toContain("my-secret-key");
  });
});
