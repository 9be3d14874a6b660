import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { functionNames } from "../../functions/function-envs.ts";
import { bundleFunctions } from "../../infra/bundle/bundle-functions.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Undefined in projects that do without. */
    bundles: string | undefined;
  }
}

/** Bundles each function once, before every test file with a local run would. */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "refund-status-bundles-"));
  bundleFunctions(functionNames, folder);
  project.provide("bundles", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
