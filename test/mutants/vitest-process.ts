/**
 * Runs test files, one after another, for a {@link TestRunner}, against sources of which one may be changed.
 * The change is made while the source is loaded, so that no file is written.
 */
import { join, relative } from "node:path";
import { inspect } from "node:util";
import { createVitest, type TestSpecification } from "vitest/node";
import { root, tests } from "./settings.ts";
import type { Answer, Request } from "./test-runner.ts";

let changed: Request["change"];

/** Leaves test files in the order in which they are asked for. */
class AsAsked {
  shard(files: TestSpecification[]): TestSpecification[] {
    return files;
  }
  sort(files: TestSpecification[]): TestSpecification[] {
    return files;
  }
}

const vitest = await createVitest(
  {
    root,
    config: false,
    watch: false,
    include: tests,
    globalSetup: ["test/support/database-setup.ts"],
    setupFiles: ["test/mutants/quick-properties.ts"],
    reporters: [{}],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 5_000 } },
    fsModuleCache: false, // it goes by the files on disk, which never change
    bail: 1,
    isolate: process.argv[2] === "isolated",
    sequence: { sequencer: AsAsked },
    maxWorkers: 1,
    execArgv: ["--no-warnings"],
    onConsoleLog: () => false,
    experimental: { importDurations: { limit: Number.MAX_SAFE_INTEGER } },
  },
  {
    plugins: [
      {
        name: "change-one-source",
        enforce: "pre",
        load: (id) => (changed !== undefined && id === join(root, changed.file) ? changed.text : undefined),
      },
    ],
  },
);

const specifications = new Map((await vitest.globTestSpecifications()).map((one) => [one.moduleId, one]));

/** So that the source is loaded anew. */
function forget(change: Request["change"]): void {
  if (change !== undefined) vitest.invalidateFile(join(root, change.file));
}

async function answer({ testFiles, change }: Request): Promise<Answer> {
  forget(changed);
  changed = change;
  forget(changed);
  // Else the results of earlier runs would be told again, and count towards the limit of one failure.
  vitest.state.idMap.clear();
  vitest.state.filesMap.clear();
  const startedAt = performance.now();
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(
    testFiles.flatMap((testFile) => specifications.get(join(root, testFile)) ?? []),
  );
  const failed = testModules.flatMap((module) => [...module.children.allTests("failed")]);
  const [why] = [
    ...failed.map((test) => `${test.fullName}: ${test.result().errors?.[0]?.message}`),
    ...testModules.flatMap((module) => module.errors().map(({ message }) => message)),
    ...unhandledErrors.map((error) => inspect(error)),
  ];
  const states = [...testModules.map((module) => module.state()), ...unhandledErrors.map(() => "failed")];
  const passed = !states.includes("failed");
  if (passed && (states.length < testFiles.length || states.includes("skipped")))
    throw new Error("not all tests did run");
  const loaded = testModules.flatMap((module) => Object.keys(module.diagnostic().importDurations));
  const failedModule = testModules.find((module) => module.state() === "failed")?.moduleId;
  const failedFile = failedModule && relative(root, failedModule);
  return { passed, why, failed: failedFile, loaded, ms: performance.now() - startedAt };
}

process.on("message", async (request: Request) => process.send?.(await answer(request)));
process.on("disconnect", () => process.exit());
process.send?.("ready");
