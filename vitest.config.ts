import { globSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** What deploys, and what reads what would be deployed: the template, the bundles. */
const deployment = ["test/{deployment,infra}/**/*.test.ts", "test/functions/{cold-start,warm-up}.test.ts"];

/** What needs one process and nothing else, and runs in seconds. */
const unit = [
  "test/{aws,bench,chinaums,client,console,contract,functions,partner,refund,simulation,telling,webhook}/**/*.test.ts",
  "test/project/{both-languages,commands-in-pages,imports,log}.test.ts",
  "test/sandbox/{receiver,secrets-manager,simulator*}.test.ts",
];

/** Unit tests but for one thing: they need the database engine. */
const database = [
  "test/aws/{batched-puts,dynamo-*,stored-layouts,table}.test.ts",
  "test/chinaums/refund-query/access-token-check.test.ts",
  "test/console/{ended,guard,partner-activity,partners,read-only,refunds,search}.test.ts",
  "test/functions/answer-status-request.test.ts",
  "test/functions/refund-{feed,tell}/**/*.test.ts",
  "test/partner/partner-shares.test.ts",
];

/** Unit tests by what they need, but with so many instances, refunds or random cases that they take longer than seconds. */
const slow = [
  "test/**/*.{property,load}.test.ts",
  "test/aws/tuned-client.test.ts",
  "test/bench/*.test.ts",
  "test/functions/recheck-due.test.ts",
  "test/aws/shared-token.test.ts",
  "test/chinaums/auth/open-body-sig.test.ts",
  "test/contract/{generated,linter}.test.ts",
  "test/simulation/simulation.test.ts",
  "test/webhook/resolve-name.test.ts",
];

function filesOf(include: string[], exclude: string[]): string[] {
  return globSync(include, { cwd: import.meta.dirname, exclude });
}

// Everything that tests call is on this machine, where no proxy of the network is of use.
for (const name of ["NO_PROXY", "no_proxy"]) {
  process.env[name] = [process.env[name], "127.0.0.1", "localhost"].filter(Boolean).join(",");
}

// Tests start hundreds of processes of the same modules. Each one after the first finds them compiled.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, ".build/compiled");

const engine = "test/support/database-setup.ts";
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
          exclude: [...deployment, ...database, ...slow],
          // Files share their processes, because most of a file's time was a process of its own that loads the same modules.
          isolate: false,
        },
      },
      { extends: true, test: { name: "database", include: database, globalSetup: [engine], isolate: false } },
      {
        extends: true,
        test: {
          name: "end-to-end",
          // All the rest, so that a test in a new folder always runs.
          include: filesOf(["test/**/*.test.ts"], [...deployment, ...database, ...filesOf(unit, slow)]),
          globalSetup: [templates, engine, bundles],
        },
      },
      { extends: true, test: { name: "deployment", include: deployment, globalSetup: [templates, bundles] } },
    ],
  },
});
