import { describe, expect, test } from "vitest";
import { type FunctionName, functionNames } from "../../functions/function-envs.ts";
import { resourcesOf } from "../../sandbox/stack/local-stack.ts";
import { rightsOf, roleOf } from "../support/iam.ts";
import { everything, synthesize } from "../support/synthesis.ts";

type ScheduleTarget = { Arn: string; RoleArn: string; DeadLetterConfig: { Arn: string } };

/** Rights that AWS's own services make use of: no bundle's calls show that they are needed, so they are listed here. */
const template = synthesize();
const full = synthesize(everything);
const one = (type: string, of = template) => resourcesOf(of, type)[0]?.[1] ?? {};
const actionsOf = (role: string, of = template) => [...new Set(rightsOf(of, role).map(({ action }) => action))];

describe("Lambda, in the role of a function", () => {
  test.each(functionNames)("writes down what %s logs, in its own group", (name) => {
    const actions = ["logs:CreateLogStream", "logs:PutLogEvents"];
    const rights = rightsOf(template, roleOf(template, name)).filter(({ action }) => action.startsWith("logs:"));
    expect(rights.map(({ action }) => action).sort()).toEqual(actions);
    const group = resourcesOf(template, "AWS::Lambda::Function").find(([, { FunctionName }]) =>
      String(FunctionName).endsWith(name),
    )?.[1].LoggingConfig as { LogGroup: string };
    for (const { resource } of rights) expect(resource).toContain(`log-group:${group.LogGroup}`);
  });

  test("leaves in the queue an event that failed, of the functions that nobody waits for", () => {
    for (const name of ["refund-recheck", "refund-tell"] as const) {
      expect(actionsOf(roleOf(template, name))).toContain("sqs:SendMessage");
    }
    for (const name of ["refund-query", "refund-feed"] as const) {
      expect(actionsOf(roleOf(template, name))).not.toContain("sqs:SendMessage");
    }
  });

  test("reads the table's stream for refund-tell, and for no other", () => {
    const ofStreams = (name: FunctionName) =>
      rightsOf(template, roleOf(template, name)).filter(({ action }) =>
        /Stream|GetRecords|GetShardIterator/.test(action),
      );
    const [stream] = resourcesOf(template, "AWS::Lambda::EventSourceMapping").map(
      ([, { EventSourceArn }]) => EventSourceArn,
    );
    const rights = ofStreams("refund-tell").filter(({ action }) => action.startsWith("dynamodb:"));
    expect(rights).toEqual(
      ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"].map((action) => ({
        action: `dynamodb:${action}`,
        resource: stream,
      })),
    );
    for (const name of functionNames.filter((name) => name !== "refund-tell")) {
      expect(ofStreams(name).filter(({ action }) => action.startsWith("dynamodb:"))).toEqual([]);
    }
  });

  test.each(["refund-query", "refund-recheck"] as const)("connects %s to the VPC where there is one", (name) => {
    const inVpc = actionsOf(roleOf(full, name), full).filter((action) => action.startsWith("ec2:"));
    expect(inVpc).toEqual([
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:UnassignPrivateIpAddresses",
    ]);
    expect(actionsOf(roleOf(template, name)).filter((action) => action.startsWith("ec2:"))).toEqual([]);
  });
});

test("Scheduler invokes the one function of each schedule and leaves in the queue what it could not start", () => {
  const targets = resourcesOf(template, "AWS::Scheduler::Schedule").map(([, { Target }]) => Target as ScheduleTarget);
  expect(new Set(targets.map(({ Arn }) => Arn)).size).toBe(2);
  for (const { Arn, RoleArn, DeadLetterConfig } of targets) {
    expect(rightsOf(template, RoleArn)).toEqual([
      { action: "lambda:InvokeFunction", resource: Arn },
      { action: "sqs:SendMessage", resource: DeadLetterConfig.Arn },
    ]);
  }
});

test("API Gateway invokes the functions for this API only, each for the paths of its routes", () => {
  const permissions = resourcesOf(template, "AWS::Lambda::Permission").map(([, properties]) => properties);
  const invoked = new Set(
    resourcesOf(template, "AWS::ApiGatewayV2::Integration").map(([, made]) => made.IntegrationUri),
  );
  expect(new Set(permissions.map(({ FunctionName }) => FunctionName))).toEqual(invoked);
  for (const { Action, Principal } of permissions) {
    expect([Action, Principal]).toEqual(["lambda:InvokeFunction", "apigateway.amazonaws.com"]);
  }
  expect(permissions.map(({ SourceArn }) => String(SourceArn).replace(/^.*:RefundStatus-local-Api/, ""))).toEqual([
    // Any stage and any path, because the default route takes every path.
    "/*/*",
    "/*/*/v1/refunds/watch",
    "/*/*/v1/refunds/changes",
  ]);
});

test("CloudWatch publishes alarms of this account, and nobody without TLS", () => {
  const { PolicyDocument } = one("AWS::SNS::TopicPolicy") as { PolicyDocument: { Statement: object[] } };
  expect(PolicyDocument.Statement).toContainEqual(
    expect.objectContaining({
      Action: "sns:Publish",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } },
    }),
  );
  expect(PolicyDocument.Statement).toContainEqual(
    expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
  );
});
