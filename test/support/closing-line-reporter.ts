import type { Reporter, TestModule, TestSpecification } from "vitest/node";

const everyFiles = 10;

/** Says now and then how far the run has come, and ends it with one plain line. A file that could not be run, or an error outside any test, counts as a failure. */
class ClosingLineReporter implements Reporter {
  #files = 0;
  #done = 0;

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#files = specifications.length;
    this.#done = 0;
  }

  onTestModuleEnd(): void {
    this.#done++;
    if (this.#done % everyFiles === 0) process.stdout.write(`${this.#done} of ${this.#files} test files\n`);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let [passed, failed, skipped] = [0, unhandledErrors.length, 0];
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      const states = tests.map((test) => test.result().state);
      passed += states.filter((state) => state === "passed").length;
      skipped += states.filter((state) => state === "skipped").length;
      failed += states.filter((state) => state === "failed").length;
      if (module.state() === "failed" && !states.includes("failed")) failed += 1;
    }
    process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
  }
}

// biome-ignore lint/style/noDefaultExport: vitest loads a reporter by its default export
export default ClosingLineReporter;
