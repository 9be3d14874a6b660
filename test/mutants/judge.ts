import { relative } from "node:path";
import type { Mutant } from "./mutants-of.ts";
import { limitMs, root } from "./settings.ts";
import type { Request, TestRunner } from "./test-runner.ts";
import type { TypeChecker } from "./type-checker.ts";

/** Who noticed a mutant: a test file that failed, one that did not end, the type check, or nobody. */
export type Verdict = "failed" | "did not end" | "types" | "survived";

type Usual = { readonly ms: number; readonly loads: ReadonlySet<string> };

/** Knows which test files load a source, how long they take, and which of them has noticed most. */
export class Judge {
  readonly #usual = new Map<string, Usual>();
  readonly #noticed = new Map<string, number>();

  /** @throws an Error where a test file fails although nothing is changed */
  async learn(testFile: string, runner: TestRunner): Promise<void> {
    const answer = await runner.run({ testFile, change: undefined }, 120_000);
    if (answer?.passed !== true) {
      throw new Error(`${testFile} does not pass with nothing changed: ${answer?.why ?? "it did not end"}`);
    }
    this.#usual.set(testFile, { ms: answer.ms, loads: new Set(answer.loaded.map((path) => relative(root, path))) });
  }

  async verdict(mutant: Mutant, runner: TestRunner, types: TypeChecker): Promise<Verdict> {
    for (const [testFile, { ms }] of this.#testsOf(mutant.file)) {
      const verdict = await noticedBy({ testFile, change: mutant }, runner, ms);
      if (verdict === undefined) continue;
      const pair = `${mutant.file} ${testFile}`;
      this.#noticed.set(pair, (this.#noticed.get(pair) ?? 0) + 1);
      return verdict;
    }
    return (await types.accepts(mutant)) ? "survived" : "types";
  }

  /** The test files that load a source: first those that have noticed most, then the quickest. */
  #testsOf(file: string): [string, Usual][] {
    const noticed = (testFile: string) => this.#noticed.get(`${file} ${testFile}`) ?? 0;
    return [...this.#usual]
      .filter(([, { loads }]) => loads.has(file))
      .sort(([a, { ms }], [b, other]) => noticed(b) - noticed(a) || ms - other.ms);
  }
}

/**
 * How a test file has noticed a change, or undefined where it has not. One that fails in about its usual time has. A busy machine
 * makes tests fail too: one that takes longer must pass with nothing changed in the same time, and then fail again.
 */
async function noticedBy(request: Request, runner: TestRunner, usualMs: number): Promise<Verdict | undefined> {
  const answer = await runner.run(request, limitMs(usualMs));
  if (answer?.passed === true) return undefined;
  if (answer !== undefined && answer.ms <= 2 * usualMs) return "failed";
  const unchanged = await runner.run({ ...request, change: undefined }, limitMs(usualMs));
  if (unchanged?.passed !== true) return undefined;
  if (answer === undefined) return "did not end";
  const again = await runner.run(request, limitMs(usualMs));
  return again?.passed === true ? undefined : "failed";
}
