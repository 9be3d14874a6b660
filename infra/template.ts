import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, type AppProps, type Environment } from "aws-cdk-lib";
import { RefundStatusStack } from "./refund-status-stack.ts";
import type { Settings } from "./settings.ts";

const cdkJson = join(import.meta.dirname, "../cdk.json");
const { context } = JSON.parse(readFileSync(cdkJson, "utf8")) as { context: Record<string, unknown> };

/**
 * The template of these settings, for a reader who deploys nothing. Bundles and checks are left out, because they take most of
 * the time of a synthesis. So assets and versions have other ids than in a deployment, and the CDK's notes of paths are absent.
 */
export function makeTemplate(settings: Settings, env: Environment = {}): unknown {
  return inApp({ builtinCloudFormationValidation: false }, (app, outdir) => {
    new RefundStatusStack(app, "RefundStatus", settings, env);
    app.synth();
    return JSON.parse(readFileSync(join(outdir, "RefundStatus.template.json"), "utf8"));
  });
}

/** Lets an app without bundles be synthesized into a folder, which is removed again. */
export function inApp<T>(props: AppProps, use: (app: App, outdir: string) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), "refund-status-synth-"));
  try {
    return use(new App({ outdir, context: { ...context, "aws:cdk:bundling-stacks": [] }, ...props }), outdir);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
