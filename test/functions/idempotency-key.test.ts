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
    ['"a b"', "a b"],
    ['" "', " "],
    ['"abc";a=b', "abc"],
    ['"abc";a;b=1; c="d \\" ;e";*x-y.z=?1', "abc"],
    ['"a;b=c"', "a;b=c"],
    [`"${"x".repeat(255)}"`, "x".repeat(255)],
  ])("is read quoted or bare: %s", (header, value) => {
    expect(readIdempotencyKey(header)).toEqual({ value });
  });

  test.each([
    ...["", '""', "a b", "x".repeat(256), `"${"x".repeat(256)}"`, "键", '"键"', '"open', "tab\tbed", '"tab\tbed"', '"'],
    ...['"a\\b"', '"a"b', '"a" b', '"a";', '"a";A=b', '"a";b=', '"a";b="c', '"a","b"', '"a", "b"'],
  ])("is refused: %j", (header) => {
    expect(readIdempotencyKey(header)).toEqual({
      wrong: { field: "Idempotency-Key", message: expect.stringMatching(/^must be 1 to 255 /) },
    });
  });
});

describe("the key that a partner chose", () => {
  const [one, other] = [request, { ...request, merOrderId: "REFUND-0002" }];

  test("has one id by partner, whatever is asked, and what is asked beside it", () => {
    expect(chosenKey("p", "key", one)?.id).toBe(chosenKey("p", "key", other)?.id);
    expect(chosenKey("p", "key", one)?.id).not.toBe(chosenKey("q", "key", one)?.id);
    expect(chosenKey("p", "key", one)?.id).not.toBe(chosenKey("p", "yek", one)?.id);
    expect(chosenKey("p", "key", one)?.payloadDigest).toBe(payloadDigest(one));
  });

  test("is in its partner's part of the keys, and does not hold the partner's own words", () => {
    expect(chosenKey("p", "my-secret-key", one)?.id).toMatch(/^p#[0-9a-f]{64}$/);
  });

  test("has the same id for ever, because what is stored under it must be found", () => {
    expect(chosenKey("p", "key", one)?.id).toBe("p#7332329a1a92fdd1cb2d5c32c11cd96383d94001d5901950fee9a4de1382f140");
  });

  test("is none where the partner chose none", () => {
    expect(chosenKey("p", undefined, one)).toBeUndefined();
  });
});

describe("what a request asks", () => {
  const asked = { ...request, srcReserve: "reserve" };

  test.each(["mid", "tid", "instMid", "merOrderId", "srcReserve"])("differs by its %s", (member) => {
    expect(payloadDigest({ ...asked, [member]: "other" })).not.toBe(payloadDigest(asked));
  });

  test("is the same in another try, with another time and message number", () => {
    const again = { ...asked, requestTimestamp: "2026-01-05 12:00:01", msgId: "m2" };
    expect(payloadDigest(again)).toBe(payloadDigest(asked));
    expect(payloadDigest(asked)).toMatch(/^[\w-]{11}$/);
  });
});
