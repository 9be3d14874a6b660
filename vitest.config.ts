import { globSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** What deploys, and what reads what would be deployed: the template, the bundles. */
const deployment = ["test/{deployment,infra}/**/*.test.ts", "test/functions/{cold-start,warm-up}.test.ts"];

/** What needs one process and the database engine, and runs in seconds. */
const unit = [
  "test/{aws,bench,chinaums,client,console,contract,functions,partner,refund,simulation,telling,webhook}/**/*.test.ts",
  "test/project/{both-languages,commands-in-pages,imports,log}.test.ts",
  "test/sandbox/{receiver,secrets-manager,simulator*}.test.ts",
];

/** Unit tests by what they need, but with so many instances, refunds or random cases that they take longer than seconds. */
const slow = [
  "test/**/*.{property,load}.test.ts",
  "test/bench/cold-start.test.ts",
  "test/functions/recheck-due.test.ts",
  "test/aws/shared-token.test.ts",
  "test/chinaums/auth/open-body-sig.test.ts",
];

function filesOf(include: string[], exclude: string[]): string[] {
  return globSync(include, { cwd: import.meta.dirname, exclude });
}

// Everything that tests call is on this machine, where no proxy of the network is of use.
for (const name of ["NO_PROXY", "no_proxy"]) {
  process.env[name] = [process.env[name], "127.0.0.1", "localhost"].filter(Boolean).join(",");
}

const database = "test/support/database-setup.ts";
const bundles = "test/support/bundles-setup.ts";
const templates = "test/support/template-setup.ts";

export default defineConfig({
  test: {
    reporters: ["default", "test/support/closing-line-reporter.ts"],
    // They end what hangs. What is waited for is a state, and a busy machine may take its time to get there.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 4,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: unit,
          exclude: [...deployment, ...slow],
          globalSetup: [database],
          // Files share their processes, because most of a file's time was a process of its own that loads the same modules.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "end-to-end",
          // All the rest, so that a test in a new folder always runs.
          include: filesOf(["test/**/*.test.ts"], [...deployment, ...filesOf(unit, slow)]),
          globalSetup: [templates, database, bundles],
        },
      },
      { extends: true, test: { name: "deployment", include: deployment, globalSetup: [templates, bundles] } },
    ],
  },
});
