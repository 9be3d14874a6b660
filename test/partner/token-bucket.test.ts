import { expect, test } from "vitest";
import { createTokenBucket } from "../../shared/partner/token-bucket.ts";

function bucketOf(perSecond: number, burst: number) {
  let now = 1_000;
  const bucket = createTokenBucket({ perSecond, burst, now: () => now });
  return {
    taken: (tries: number) => Array.from({ length: tries }, () => bucket.take()).filter(Boolean).length,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test("a bucket is full at first, and gives no more than it holds", () => {
  expect(bucketOf(10, 3).taken(9)).toBe(3);
});

test("tokens come evenly, and no part of one is lost", () => {
  const { taken, pass } = bucketOf(10, 3);
  taken(9);
  pass(99);
  expect(taken(1)).toBe(0);
  pass(1);
  expect(taken(9)).toBe(1);
  pass(250);
  expect(taken(9)).toBe(2);
  pass(50);
  expect(taken(9)).toBe(1);
});

test("however long nobody takes any, no more are kept than it holds", () => {
  const { taken, pass } = bucketOf(10, 3);
  taken(9);
  pass(3_600_000);
  expect(taken(9)).toBe(3);
});

test("a clock that is put back takes nothing away", () => {
  const { taken, pass } = bucketOf(10, 3);
  taken(2);
  pass(-60_000);
  expect(taken(9)).toBe(1);
});
