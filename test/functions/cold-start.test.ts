import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { type FunctionName, functionEnvSchemas, functionNames } from "../../functions/function-envs.ts";
import { functionEnvironment } from "../support/function-environment.ts";
import { runProgram } from "../support/run-command.ts";

const bundleOf = (name: FunctionName) => join(inject("bundles") ?? "", name, "index.mjs");

const load = (name: FunctionName, overrides: Record<string, string> = {}) =>
  runProgram(`import(${JSON.stringify(bundleOf(name))}).then((m) => console.log(typeof m.handler))`, {
    ...functionEnvironment,
    ...overrides,
  });

describe.each(functionNames)("%s, as it is bundled", (name) => {
  test("starts with a right environment and exports its handler", async () => {
    expect(await load(name)).toMatchObject({ status: 0, stdout: expect.stringMatching(/function\n$/) });
  });

  const wrong: [string, string, RegExp][] = [
    ["OPEN_LADDER", "1m 5x", /not a step of a ladder: 5x/],
    ["NOT_FOUND_LADDER", "1m*0", /not a step of a ladder: 1m\*0/],
    ["UPSTREAM_BASE_URL", "http://upstream.example", /UPSTREAM_BASE_URL/],
    ["UPSTREAM_BASE_URL", "http://127.0.0.1.example", /UPSTREAM_BASE_URL/],
    ["SHARDS", "17", /SHARDS/],
    ["TABLE_NAME", "", /TABLE_NAME/],
    ["CONCURRENCY", "0", /CONCURRENCY/],
    ["WEBHOOK_SECRET_PREFIX", "", /WEBHOOK_SECRET_PREFIX/],
  ];
  const its = wrong.filter(([variable]) => variable in functionEnvSchemas[name].shape);
  test.each(its)("does not start with %s=%j, and says what is wrong", async (variable, value, message) => {
    const { status, stderr } = await load(name, { [variable]: value });
    expect(status).not.toBe(0);
    expect(stderr).toMatch(message);
  });
});
