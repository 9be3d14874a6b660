import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type App, CloudFormationValidatePlugin, type IPolicyValidationPlugin, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, PCIDSS321Checks, ServerlessChecks } from "cdk-nag";

const rulesFolder = join(import.meta.dirname, "rules");

const guardRules = readdirSync(rulesFolder).map((name) => ({
  name,
  content: readFileSync(join(rulesFolder, name), "utf8"),
}));
/** One for the whole process, because compiling its rules takes most of the time of a check. */
const schemasAndRules = new CloudFormationValidatePlugin({ guardRules }) as IPolicyValidationPlugin;

/**
 * Checks every synthesis by cdk-nag, by our own guard rules, and by AWS's published schemas of the resources. A violation
 * that no construct acknowledges fails the synthesis, so that it cannot be deployed.
 */
export function addChecks(app: App): void {
  const packs = [new AwsSolutionsChecks(app), new ServerlessChecks(app), new PCIDSS321Checks(app)];
  Validations.of(app).addPlugins(...packs, schemasAndRules);
}
