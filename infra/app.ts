/** Run by `cdk`. The stack names no account and no region, so it is deployed to those of the caller's AWS credentials. */
import { App } from "aws-cdk-lib";
import { addChecks } from "./checks.ts";
import { RefundStatusStack } from "./refund-status-stack.ts";
import { readSettings } from "./stage-settings.ts";

const app = new App();
const settings = readSettings(app.node.getAllContext());
new RefundStatusStack(app, "RefundStatus", settings);
addChecks(app);
