/** What `cdk` runs. The stack is of no account and no region: it is deployed wherever the credentials are at home. */
import { App } from "aws-cdk-lib";
import { addChecks } from "./checks.ts";
import { RefundStatusStack } from "./refund-status-stack.ts";
import { readSettings } from "./settings.ts";

const app = new App();
const settings = readSettings((name) => app.node.tryGetContext(name));
new RefundStatusStack(app, "RefundStatus", settings);
addChecks(app);
