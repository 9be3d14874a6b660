import { relative } from "node:path";
import type { Mutant } from "./mutants-of.ts";
import { limitMs, root } from "./settings.ts";
import type { TestRunner } from "./test-runner.ts";
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
      const answer = await runner.run({ testFile, change: mutant }, limitMs(ms));
      if (answer?.passed === true) continue;
      const pair = `${mutant.file} ${testFile}`;
      this.#noticed.set(pair, (this.#noticed.get(pair) ?? 0) + 1);
      return answer === undefined ? "did not end" : "failed";
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
