import { relative } from "node:path";
import type { Mutant } from "./mutants-of.ts";
import { limitMs, needsDatabase, root } from "./settings.ts";
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
    const answer = await runner.run({ testFiles: [testFile], change: undefined }, 120_000);
    if (answer?.passed !== true) {
      throw new Error(`${testFile} does not pass with nothing changed: ${answer?.why ?? "it did not end"}`);
    }
    this.#usual.set(testFile, { ms: answer.ms, loads: new Set(answer.loaded.map((path) => relative(root, path))) });
  }

  async verdict(mutant: Mutant, runner: TestRunner, types: TypeChecker): Promise<Verdict> {
    const files = this.#testsOf(mutant.file);
    for (const testFiles of [files.filter((file) => !needsDatabase(file)), files.filter(needsDatabase)]) {
      if (testFiles.length === 0) continue;
      const usualMs = testFiles.reduce((sum, file) => sum + (this.#usual.get(file)?.ms ?? 0), 0);
      const noticed = await noticedBy({ testFiles, change: mutant }, runner, usualMs);
      if (noticed === undefined) continue;
      const pair = `${mutant.file} ${noticed.failed}`;
      this.#noticed.set(pair, (this.#noticed.get(pair) ?? 0) + 1);
      return noticed.verdict;
    }
    return (await types.accepts(mutant)) ? "survived" : "types";
  }

  /** The test files that load a source: first those that have noticed most, then the quickest. */
  #testsOf(file: string): string[] {
    const noticed = (testFile: string) => this.#noticed.get(`${file} ${testFile}`) ?? 0;
    return [...this.#usual]
      .filter(([, { loads }]) => loads.has(file))
      .sort(([a, { ms }], [b, other]) => noticed(b) - noticed(a) || ms - other.ms)
      .map(([testFile]) => testFile);
  }
}

type Noticed = { readonly verdict: Verdict; readonly failed?: string | undefined };

/**
 * How test files have noticed a change, or undefined where they have not. One that fails in about the usual time has. A busy
 * machine makes tests fail too: what takes longer must pass with nothing changed in the same time, and then fail again.
 */
async function noticedBy(request: Request, runner: TestRunner, usualMs: number): Promise<Noticed | undefined> {
  const answer = await runner.run(request, limitMs(usualMs));
  if (answer?.passed === true) return undefined;
  if (answer !== undefined && answer.ms <= 2 * usualMs) return { verdict: "failed", failed: answer.failed };
  const unchanged = await runner.run({ ...request, change: undefined }, limitMs(usualMs));
  if (unchanged?.passed !== true) return undefined;
  if (answer === undefined) return { verdict: "did not end" };
  const again = await runner.run(request, limitMs(usualMs));
  return again?.passed === true ? undefined : { verdict: "failed", failed: again?.failed };
}
