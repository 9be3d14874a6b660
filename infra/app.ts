/**
 * Run by `cdk`. The stack names no account and no region, so it is deployed to those of the caller's AWS credentials. cdk.json
 * has V8 leave WebAssembly as it first compiles it, because the engine of the checks runs once: to optimize it takes 2 s of CPU
 * and 120 MB, and spares less.
 */
import { App } from "aws-cdk-lib";
import { addChecks } from "./checks.ts";
import { RefundStatusStack } from "./refund-status-stack.ts";
import type { Settings } from "./settings.ts";
import { readSettings } from "./stage-settings.ts";

const app = new App();
new RefundStatusStack(app, "RefundStatus", settingsOf(app));
addChecks(app);

/** Wrong settings end the synthesis with their sentences alone, because whoever wrote them needs no stack of calls. */
function settingsOf({ node }: App): Settings {
  try {
    return readSettings(node.getAllContext());
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return process.exit(1);
  }
}
