import { expect, test } from "vitest";
import { pairedRuns, spreadOf } from "../../bench/paired.ts";
import { round, verdict } from "../../bench/report.ts";
import { runEntry } from "../support/run-command.ts";

test("a spread is the least, the middle and the most", () => {
  expect(spreadOf([5, 1, 9, 3, 7])).toEqual({ min: 1, median: 5, max: 9 });
});

test("paired runs take turns at beginning, and forget the first round", async () => {
  const order: string[] = [];
  const run = (name: string) => async () => order.push(name);
  const results = await pairedRuns(2, { a: run("a"), b: run("b") });
  expect(order).toEqual(["a", "b", "b", "a", "a", "b"]);
  expect(results).toEqual({ a: [4, 5], b: [3, 6] });
});

test("a bound is kept at the bound itself", () => {
  expect([verdict(240, 240), verdict(240.1, 240), verdict(90, 90, "higher"), verdict(89.9, 90, "higher")]).toEqual([
    "kept",
    "MISSED",
    "kept",
    "MISSED",
  ]);
  expect(round(2.345, 1)).toBe(2.3);
});

test.each([
  [[], "missing required argument 'names'"],
  [["warn"], "Did you mean warm? There are all, bundle, cold, warm, "],
  [["sign", "--runs", "x"], "It is a whole number from 1 to 10000."],
])("npm run bench -- %j says what there is", async (args, sentence) => {
  expect(await runEntry("bench/run.ts", args)).toMatchObject({ status: 1, stderr: expect.stringContaining(sentence) });
});
