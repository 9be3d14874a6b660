import { expect, test } from "vitest";
import { runExample } from "../support/example-programs.ts";

test("an example that fails and leaves a program of its own behind ends, with its exit code", async () => {
  const ended = await runExample(["sh", "-c", "echo wrong >&2; sleep 600 & exit 3"], {});
  expect(ended).toEqual({ exitCode: 3, stdout: "", stderr: "wrong\n" });
});
