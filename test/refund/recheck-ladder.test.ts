import { describe, expect, test } from "vitest";
import {
  defaultLadders,
  isAsGoodAs,
  isTimeUp,
  openLadderOf,
  parseLadder,
  parseLadders,
  parseWaits,
  stepAtAge,
  totalMs,
  withJitter,
} from "../../shared/refund/recheck-ladder.ts";

const hourMs = 3_600_000;

describe("a ladder", () => {
  test("is read with its units and repetitions", () => {
    expect(parseLadder("1s 2m*3  4h\n5d")).toEqual([1_000, 120_000, 120_000, 120_000, 4 * hourMs, 120 * hourMs]);
  });

  test.each([
    ["5", /: 5 \(/],
    ["5x 1m -3m", /: 5x, -3m \(/],
    ["1m*0", /: 1m\*0 \(/],
    ["1.5h", /: 1.5h \(/],
    ["0s", /: 0s \(/],
    ["31d", /: 31d \(/],
    ["1m, 5m", /: 1m, \(/],
    ["", /has none/],
    ["1m*600 1m*600", /has more/],
  ])("that is wrong is one error naming what is wrong: %j", (text, message) => {
    expect(() => parseLadder(text)).toThrow(RangeError);
    expect(() => parseLadder(text)).toThrow(message);
  });

  test("of each product is its own, where it has one", () => {
    const ladders = { ...defaultLadders, byProduct: parseLadders({ QRPAYDEFAULT: "1m 2m" }) };
    expect(openLadderOf(ladders, "QRPAYDEFAULT")).toEqual([60_000, 120_000]);
    expect(openLadderOf(ladders, "APPDEFAULT")).toBe(defaultLadders.open);
    expect(() => parseLadders({ QRPAYDEFAULT: "1x" })).toThrow(/1x/);
    expect(parseWaits({ QRPAYDEFAULT: "90m" })).toEqual({ QRPAYDEFAULT: 1.5 * hourMs });
  });

  test("has up to a thousand steps, each of a second to thirty days", () => {
    expect(parseLadder("1s 30d")).toEqual([1_000, 720 * hourMs]);
    expect(parseLadder("  1m*500 1m*500 ")).toHaveLength(1_000);
    expect(parseLadder("1m*1000")).toHaveLength(1_000);
    for (const text of ["1m*1001", "1m*1000 1m", "1m*9999 1m*9999"])
      expect(() => parseLadder(text)).toThrow(/has more/);
  });

  test("by default takes 35 checks over 8.1 days, and 7 checks over 2 days where there is no such order", () => {
    const days = (ladder: readonly number[]) => ladder.reduce((sum, step) => sum + step, 0) / (24 * hourMs);
    expect(defaultLadders.open).toHaveLength(35);
    expect(days(defaultLadders.open)).toBeCloseTo(8.1, 1);
    expect(defaultLadders.notFound).toHaveLength(7);
    expect(days(defaultLadders.notFound)).toBeCloseTo(1.86, 2);
  });
});

test("jitter takes 5 to 15 % off a step, so that a step is never exceeded", () => {
  expect(withJitter(1_000, () => 0)).toBe(850);
  expect(withJitter(1_000, () => 0.5)).toBe(900);
  expect(withJitter(1_000, () => 1)).toBe(950);
});

test("a planned check is as good as a new plan while it is not much sooner, and no later than any", () => {
  expect([749, 750, 950, 951].map((ms) => isAsGoodAs(ms, 1_000))).toEqual([false, true, true, false]);
});

describe("a ladder by age", () => {
  const ladder = parseLadder("1m 5m 30m");

  test("is on the step that holds that age, and on the last one after its end", () => {
    const minutes = [0, 0.9, 1, 5.9, 6, 35.9, 36, 1_000];
    expect(minutes.map((age) => stepAtAge(ladder, age * 60_000) / 60_000)).toEqual([1, 1, 5, 5, 30, 30, 30, 30]);
  });

  test("is over when its steps are, jitter allowed for", () => {
    expect(totalMs(ladder)).toBe(36 * 60_000);
    expect([0.849, 0.85].map((part) => isTimeUp(ladder, totalMs(ladder) * part))).toEqual([false, true]);
  });
});

test.each(["constructor", "toString", "__proto__"])(
  "a product that a partner calls %s has no ladder of its own",
  (name) => {
    const ladders = { open: [1_000], byProduct: parseLadders({ APPDEFAULT: "5s" }), notFound: [2_000] };
    expect(openLadderOf(ladders, name)).toEqual([1_000]);
    expect(openLadderOf(ladders, "APPDEFAULT")).toEqual([5_000]);
  },
);
