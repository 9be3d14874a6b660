import { describe, expect, test } from "vitest";
import { functionNames } from "../../functions/function-envs.ts";
import { resourcesOf } from "../../sandbox/stack/local-stack.ts";
import { rightsOf, roleOf } from "../support/iam.ts";
import { everything, synthesize } from "../support/synthesis.ts";

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

  test("leaves a sweep that failed in the queue", () => {
    expect(actionsOf(roleOf(template, "refund-recheck"))).toContain("sqs:SendMessage");
    expect(actionsOf(roleOf(template, "refund-query"))).not.toContain("sqs:SendMessage");
  });

  test.each(functionNames)("connects %s to the VPC where there is one", (name) => {
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

test("Scheduler invokes the one function and leaves in the queue what it could not start", () => {
  const { Target } = one("AWS::Scheduler::Schedule") as { Target: Record<string, string> };
  const queue = (Target.DeadLetterConfig as unknown as { Arn: string }).Arn;
  expect(rightsOf(template, String(Target.RoleArn))).toEqual([
    { action: "lambda:InvokeFunction", resource: Target.Arn },
    { action: "sqs:SendMessage", resource: queue },
  ]);
});

test("API Gateway invokes the function for this API only", () => {
  expect(resourcesOf(template, "AWS::Lambda::Permission").map(([, properties]) => properties)).toEqual([
    {
      Action: "lambda:InvokeFunction",
      FunctionName: one("AWS::ApiGatewayV2::Integration").IntegrationUri,
      Principal: "apigateway.amazonaws.com",
      // Any stage and any path, because the default route takes every path.
      SourceArn: expect.stringMatching(/:RefundStatus-local-Api\/\*\/\*$/),
    },
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
