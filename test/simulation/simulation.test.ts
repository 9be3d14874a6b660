import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { type HistoryOptions, runHistory } from "./history.ts";
import { shrink } from "./shrink.ts";

const small = { refunds: 6, days: 5, faults: 0.08 };
const run = (seed: number, options: Partial<HistoryOptions> = {}) => runHistory({ ...small, seed, ...options });

function simulate(...options: string[]) {
  const command = ["test/simulation/simulate.ts", "--refunds", "5", "--days", "5", ...options];
  return spawnSync(process.execPath, command, { encoding: "utf8" });
}

test("30 seeds: nothing that must never be", () => {
  const { status, stdout } = simulate("--count", "30", "--refunds", "8", "--days", "8", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ seeds: 30, refunds: 240, violations: [] });
  expect(status).toBe(0);
});

test("the same seed gives the same trace, in another process too, and another seed another", () => {
  const [first, again, other] = [
    simulate("--seed", "7", "--count", "2", "--json"),
    simulate("--seed", "7", "--count", "2", "--json"),
    simulate("--seed", "8", "--count", "2", "--json"),
  ];
  const [a, b, c] = [first, again, other].map(({ stdout }) => JSON.parse(stdout));
  expect(a).toEqual(b);
  expect(a).toMatchObject({ seeds: 2, refunds: 10, violations: [], simulatedDays: 18 });
  expect(c.trace).not.toBe(a.trace);
});

test("no process clock, chance or timer gets into a history", async () => {
  const before = [Date.now, Math.random, setTimeout] as const;
  const forbidden = () => {
    throw new Error("a history has a clock and chance of its own");
  };
  Object.assign(Date, { now: forbidden });
  Object.assign(Math, { random: forbidden });
  Object.assign(globalThis, { setTimeout: forbidden });
  try {
    const { violations, final } = await run(3);
    expect({ violations, isLive: final > 0 }).toEqual({ violations: [], isLive: true });
  } finally {
    Object.assign(Date, { now: before[0] });
    Object.assign(Math, { random: before[1] });
    Object.assign(globalThis, { setTimeout: before[2] });
  }
});

test("without faults every refund that settles is final, and found out within a step", async () => {
  const { violations, counts, delaysMs } = await run(1, { faults: 0, only: [] });
  expect(violations).toEqual([]);
  expect(counts).not.toHaveProperty("table throttled");
  expect(Math.max(...delaysMs)).toBeLessThanOrEqual(24 * 3_600_000);
});

test("a history that fails is made smaller as long as it breaks the same rule", async () => {
  const failing = (options: HistoryOptions) => {
    const isBroken = options.refunds >= 3 && (options.only ?? ["kill"]).includes("kill");
    const violations = isBroken ? [{ at: 0, rule: "broken", what: "" }] : [];
    return Promise.resolve({ ...result, violations, kinds: options.only ?? ["kill", "skew"] });
  };
  const result = await run(1, { refunds: 1, days: 1 });
  const options: HistoryOptions = { ...small, seed: 1, refunds: 50 };
  const smallest = await shrink(options, await failing(options), failing, () => undefined);
  expect(smallest.options).toMatchObject({ refunds: 3, days: 1, only: ["kill"] });
});

test("the command names what is wrong with its options", () => {
  const said = (...options: string[]) => {
    const { status, stderr } = simulate(...options);
    return [status, stderr];
  };
  expect(said("--count", "x")).toEqual([1, expect.stringContaining("It is a whole number from 1 to 1000000.")]);
  expect(said("--only", "kill,plague")).toEqual([1, expect.stringContaining("argument 'kill,plague' is invalid")]);
  expect(said("--sed", "1")).toEqual([1, expect.stringContaining("(Did you mean --seed?)")]);
});
