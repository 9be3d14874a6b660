import { describe, expect, test } from "vitest";
import { chosenKey, payloadDigest, readIdempotencyKey } from "../../functions/refund-query/contract/idempotency-key.ts";

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
  const other = { ...request, merOrderId: "REFUND-0002" };

  test("is the partner's own key whatever it asks, and what it asks beside it", () => {
    const first = chosenKey("p", "key", request);
    expect(chosenKey("p", "key", other)).toMatchObject({ id: first?.id });
    expect(chosenKey("p", "key", other)?.payloadDigest).not.toBe(first?.payloadDigest);
    expect(chosenKey("q", "key", request)?.id).not.toBe(first?.id);
  });

  test("does not change with the time or the message number of another try", () => {
    const again = { ...request, msgId: "m2", requestTimestamp: "2026-01-05 12:00:01" };
    expect(payloadDigest(again)).toBe(payloadDigest(request));
  });

  test.each(["mid", "tid", "instMid", "merOrderId", "srcReserve"] as const)("changes with %s", (name) => {
    expect(payloadDigest({ ...request, [name]: "other" })).not.toBe(payloadDigest(request));
  });

  test("does not hold the partner's own words", () => {
    expect(chosenKey("p", "my-secret-key", request)?.id).not.toContain("my-secret-key");
  });
});
