import { describe, expect, test } from "vitest";
import { dueShard, refundKey, refundOfPk, refundPk, ttlSeconds } from "../../shared/aws/keys.ts";

const identity = { mid: "898310148160568", instMid: "APPDEFAULT", merOrderId: "A#1" };
const pk = "REFUND#898310148160568#APPDEFAULT#A#1";

test("a refund's key names it", () => {
  expect(refundPk(identity)).toBe(pk);
  expect(refundKey(identity)).toEqual({ pk: { S: pk }, sk: { S: "STATE" } });
  expect(refundOfPk(pk)).toEqual(identity);
});

test.each([
  "KEY#898310148160568#APPDEFAULT#A",
  "REFUND#",
  "REFUND##APPDEFAULT#A",
  "REFUND#8##A",
  "REFUND#8#APPDEFAULT",
])("a key that names no refund is none of a refund: %s", (other) => {
  expect(refundOfPk(other)).toBeUndefined();
});

describe("the partition of the due index", () => {
  test("is the same for ever, because what is stored there must be found", () => {
    expect([1, 2, 16].map((shards) => dueShard(pk, shards, "check"))).toEqual(["0", "1", "13"]);
    expect(["", "a", "foobar"].map((text) => dueShard(text, 16, "check"))).toEqual(["5", "12", "8"]);
  });

  test("is one of those that a sweep looks into, however many are asked for", () => {
    expect([0, -1].map((shards) => dueShard(pk, shards, "check"))).toEqual(["0", "0"]);
    const all = new Set(Array.from({ length: 500 }, (_, i) => dueShard(`${pk}${i}`, 40, "check")));
    expect([...all].map(Number).toSorted((a, b) => a - b)).toEqual([...Array(16).keys()]);
  });
});

test("an item's time to live is the second after its end, and never one before", () => {
  expect([1_000, 1_001, 1_999].map(ttlSeconds)).toEqual([1, 2, 2]);
});
