import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, type Environment } from "aws-cdk-lib";
import { addChecks } from "../../infra/checks.ts";
import { RefundStatusStack } from "../../infra/refund-status-stack.ts";
import { readSettings } from "../../infra/stage-settings.ts";
import type { Template } from "../../sandbox/stack/synthesized-template.ts";

/** The tests are about the defaults, whatever an operator has put into `settings/`. */
const noFiles = join(tmpdir(), "no-settings");
const root = join(import.meta.dirname, "../..");
const { context } = JSON.parse(readFileSync(join(root, "cdk.json"), "utf8")) as { context: Record<string, unknown> };

/** One finding of a check: `rule at construct: what is wrong`. */
type Violation = string;

/** The template that `cdk synth -c name=value …` makes. Bundles and checks are left out: they take longest. */
export function synthesize(given: Record<string, unknown> = {}, env: Environment = {}): Template {
  return inApp((app, outdir) => {
    new RefundStatusStack(app, "RefundStatus", readSettings(given, noFiles), env);
    app.synth();
    return readJson(join(outdir, "RefundStatus.template.json"));
  });
}

/** What a deployment is held against finds in the stack. */
export function violationsIn(given: Record<string, unknown>, env: Environment = {}): Violation[] {
  return violations((app) => new RefundStatusStack(app, "RefundStatus", readSettings(given, noFiles), env));
}

/** What it finds in anything else. */
export function violations(build: (app: App) => void): Violation[] {
  return inApp((app, outdir) => {
    build(app);
    addChecks(app);
    try {
      app.synth();
    } catch (error) {
      // To find something is what it is for; the report tells what.
      if (!String(error).includes("alidation")) throw error;
    }
    return violationsOf(readJson(join(outdir, "validation-report.json")));
  });
}

function inApp<T>(use: (app: App, outdir: string) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), "refund-status-synth-"));
  try {
    return use(new App({ outdir, context: { ...context, "aws:cdk:bundling-stacks": [] } }), outdir);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, "utf8")) as T;
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
