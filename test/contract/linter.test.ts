import { expect, test } from "vitest";
import { runCommand } from "../support/run-command.ts";

test("a linter finds nothing", async () => {
  const env = { ...process.env, REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  const args = ["node_modules/@redocly/cli/bin/cli.js", "lint", "docs/openapi.yaml"];
  const { status, stdout, stderr } = await runCommand(process.execPath, args, undefined, env);
  expect(status, stdout + stderr).toBe(0);
  expect(stderr).not.toMatch(/warning/i);
}, 60_000);
