import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App, Environment } from "aws-cdk-lib";
import { addChecks } from "../../infra/checks.ts";
import { RefundStatusStack } from "../../infra/refund-status-stack.ts";
import { readSettings } from "../../infra/stage-settings.ts";
import { inApp, makeTemplate } from "../../infra/template.ts";
import type { Template } from "../../sandbox/stack/synthesized-template.ts";

/** The tests are about the defaults, whatever an operator has put into `settings/`. */
const noFiles = join(tmpdir(), "no-settings");

/** One finding of a check: `rule at construct: what is wrong`. */
type Violation = string;

/** The template that a deployment with these settings would send. */
export function synthesize(given: Record<string, unknown> = {}, env: Environment = {}): Template {
  return makeTemplate(readSettings(given, noFiles), env) as Template;
}

/** What a deployment is held against finds in the stack. */
export function violationsIn(given: Record<string, unknown>, env: Environment = {}): Violation[] {
  return violations((app) => new RefundStatusStack(app, "RefundStatus", readSettings(given, noFiles), env));
}

/** What it finds in anything else. */
export function violations(build: (app: App) => void): Violation[] {
  return inApp({}, (app, outdir) => {
    build(app);
    addChecks(app);
    try {
      app.synth();
    } catch (error) {
      // To find something is what it is for; the report tells what.
      if (!String(error).includes("alidation")) throw error;
    }
    return violationsOf(JSON.parse(readFileSync(join(outdir, "validation-report.json"), "utf8")) as Report);
  });
}

/** Settings that put every optional part into the stack. */
export const everything = {
  stage: "full",
  alarmEmail: "operations@example.com",
  egress: "fixed-ip",
  fixedIps: 2,
  rollout: "canary",
  keys: "customer-managed",
  backup: JSON.stringify({ copyTo: ["arn:aws-cn:backup:cn-northwest-1:111111111111:backup-vault:copies"] }),
  probe: JSON.stringify({
    appId: "the-probe",
    mid: "898310148160568",
    tid: "88880001",
    merOrderId: "FINAL-0001",
    clientCertificate: "refund-status/prod/probe-certificate",
  }),
  domain: JSON.stringify({
    name: "refunds.example.com",
    certificateArn: "arn:aws-cn:acm:cn-north-1:111111111111:certificate/of-a-test",
    trustStore: "s3://trusted-partners/ca.pem",
  }),
};

type Report = {
  pluginReports: {
    violations: { ruleName: string; description: string; violatingConstructs: { constructPath: string }[] }[];
  }[];
};

function violationsOf({ pluginReports }: Report): Violation[] {
  return pluginReports
    .flatMap(({ violations }) => violations)
    .flatMap(({ ruleName, description, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName} at ${constructPath}: ${description}`),
    );
}
