import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { everything, synthesize } from "../support/synthesis.ts";

const root = join(import.meta.dirname, "../..");

/** Endpoints end in amazonaws.com.cn in China, while services call themselves the same as everywhere. */
const principals = /"(Service|Principal)":"[a-z-]+\.amazonaws\.com"|ServicePrincipal\("[a-z-]+\.amazonaws\.com"/g;
const elsewhere = /.{0,40}(arn:aws:|amazonaws\.com(?!\.cn)).{0,40}/g;

/** Whatever in a text holds outside China only, with a little of what is around it. */
function notForChina(text: string): string[] {
  return text.replaceAll(principals, "").match(elsewhere) ?? [];
}

test.each([{}, everything])("the template names no partition and no domain: it is the same for China", (given) => {
  expect(notForChina(JSON.stringify(synthesize(given)))).toEqual([]);
});

test("nor does the code that makes it, or that operates it", () => {
  const files = globSync("{infra,operate}/**/*.ts", { cwd: root });
  expect(files.length).toBeGreaterThan(10);
  expect(files.flatMap((file) => notForChina(readFileSync(join(root, file), "utf8")))).toEqual([]);
});

test.each(["cn-north-1", "cn-northwest-1"])("it is synthesized for %s by name too, with every part", (region) => {
  expect(notForChina(JSON.stringify(synthesize(everything, { region })))).toEqual([]);
});

test("nothing is used that the regions in China lack", () => {
  const { Resources } = synthesize(everything);
  const types = new Set(Object.values(Resources).map(({ Type }) => Type.split("::").slice(0, 2).join("::")));
  expect([...types].sort()).toEqual([
    "AWS::ApiGatewayV2",
    "AWS::Backup",
    "AWS::CloudWatch",
    "AWS::CodeDeploy",
    "AWS::DynamoDB",
    "AWS::EC2",
    "AWS::IAM",
    "AWS::KMS",
    "AWS::Lambda",
    "AWS::Logs",
    "AWS::SNS",
    "AWS::SQS",
    "AWS::Scheduler",
    "AWS::SecretsManager",
  ]);
  expect(JSON.stringify(Resources).match(/TracingConfig|xray|AWS::Lambda::Url/gi)).toBeNull();
});
