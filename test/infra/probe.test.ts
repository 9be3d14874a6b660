import { describe, expect, test } from "vitest";
import { probeEnvSchema } from "../../functions/probe/env.ts";
import { resourcesOf } from "../../sandbox/stack/local-stack.ts";
import { rightsOf } from "../support/iam.ts";
import { everything, synthesize } from "../support/synthesis.ts";

const { probe, domain } = everything;
const withProbe = synthesize({ probe, domain });
const [, lambda = {}] =
  resourcesOf(withProbe, "AWS::Lambda::Function").find(
    ([, { FunctionName }]) => FunctionName === "RefundStatus-probe",
  ) ?? [];

test("there is no probe unless a setting says what it asks about", () => {
  const names = resourcesOf(synthesize(), "AWS::Lambda::Function").map(([, { FunctionName }]) => FunctionName);
  expect(names).not.toContain("RefundStatus-probe");
});

describe("the probe", () => {
  test("asks over the public name, as its own partner and with its own certificate", () => {
    const { Variables } = lambda.Environment as { Variables: object };
    expect(probeEnvSchema.parse(Variables)).toEqual({
      STAGE: "prod",
      PROBE_URL: "https://refunds.example.com",
      PROBE_QUESTION: JSON.stringify({
        mid: "898310148160568",
        tid: "88880001",
        instMid: "APPDEFAULT",
        merOrderId: "FINAL-0001",
      }),
      PARTNER_SECRET_ID: "refund-status/prod/partners/the-probe",
      CLIENT_CERTIFICATE_SECRET_ID: "refund-status/prod/probe-certificate",
    });
  });

  test("reads its two secrets and no other, and stays out of the VPC", () => {
    const rights = rightsOf(withProbe, String(lambda.Role)).filter(({ action }) => !action.startsWith("logs:"));
    expect(rights.map(({ action, resource }) => `${action} ${resource.split(":secret:")[1]}`)).toEqual([
      "secretsmanager:GetSecretValue refund-status/prod/partners/the-probe-??????",
      "secretsmanager:GetSecretValue refund-status/prod/probe-certificate-??????",
    ]);
    expect(lambda).not.toHaveProperty("VpcConfig");
  });

  test("asks every 5 minutes", () => {
    const schedules = resourcesOf(withProbe, "AWS::Scheduler::Schedule").map(([, schedule]) => schedule);
    const own = schedules.filter(({ Target }) => JSON.stringify(Target).includes("RefundStatus-probe"));
    expect(own).toMatchObject([
      { ScheduleExpression: "rate(5 minutes)", Target: { RetryPolicy: { MaximumRetryAttempts: 1 } } },
    ]);
  });

  test("needs a client certificate where partners need one", () => {
    const { clientCertificate: _, ...without } = JSON.parse(probe);
    expect(() => synthesize({ domain, probe: JSON.stringify(without) })).toThrow(/trust store/);
    expect(() => synthesize({ probe: JSON.stringify(without) })).not.toThrow();
  });
});
