import { CfnResource, Stack } from "aws-cdk-lib";
import { CfnTopic } from "aws-cdk-lib/aws-sns";
import { CfnQueue } from "aws-cdk-lib/aws-sqs";
import { beforeAll, describe, expect, test } from "vitest";
import { everything, violations, violationsIn } from "../support/synthesis.ts";

// A check compiles all rules for the types of resources that it meets, which takes minutes where other work has the processors.
// Here they are compiled for all types at once.
beforeAll(() => void violationsIn(everything), 600_000);

test("cdk-nag, our own rules and AWS's schemas find nothing in the stack as it is by default", () => {
  expect(violationsIn({})).toEqual([]);
});

test("nor with everything that settings can add", () => {
  expect(violationsIn(everything)).toEqual([]);
});

test("nor with everything but keys of the account's own", () => {
  expect(violationsIn({ ...everything, keys: "aws" })).toEqual([]);
});

test("nor with the schemas of Beijing", () => {
  expect(violationsIn(everything, { region: "cn-north-1" })).toEqual([]);
});

/** What is found in a stack of one resource. */
function found(type: string, properties: Record<string, unknown>): string[] {
  return violations((app) => {
    new CfnResource(new Stack(app, "RefundStatus"), "It", { type, properties });
  }).map((violation) => violation.replace(" at RefundStatus/It", ""));
}

const policy = (statement: object) => ({
  PolicyName: "policy",
  Roles: ["role"],
  PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] },
});

describe("the checks are awake", () => {
  test("a property that AWS does not publish is found", () => {
    expect(found("AWS::SQS::Queue", { KmsMasterKeyid: "alias/aws/sqs" })).toContainEqual(
      expect.stringMatching(/^F3002: KmsMasterKeyid: .* Did you mean 'KmsMasterKeyId'/),
    );
  });

  test("so is a value that AWS does not publish, and a property that is missing", () => {
    const table = found("AWS::DynamoDB::Table", { BillingMode: "NEVER" });
    expect(table).toContainEqual(expect.stringMatching(/^W3030: BillingMode: 'NEVER' is not one of/));
    expect(table).toContainEqual(expect.stringMatching(/^F3003: Properties: 'KeySchema' is a required property/));
  });

  test("cdk-nag's pack of PCI DSS is at work", () => {
    const topic = violations((app) => new CfnTopic(new Stack(app, "RefundStatus"), "Topic"));
    expect(topic).toContainEqual(expect.stringMatching(/^PCI\.DSS\.321-SNSEncryptedKMS /));
  });

  test("cdk-nag's other packs are at work", () => {
    const queue = violations((app) => new CfnQueue(new Stack(app, "RefundStatus"), "Queue"));
    expect(queue).toContainEqual(expect.stringMatching(/^AwsSolutions-SQS4 /));
    expect(queue).toContainEqual(expect.stringMatching(/^Serverless-SQSRedrivePolicy /));
  });

  test.each([
    ["table_keeps_what_it_holds", "AWS::DynamoDB::Table", { DeletionProtectionEnabled: false }],
    ["function_runs_as_measured", "AWS::Lambda::Function", { Runtime: "nodejs22.x" }],
    ["function_runs_as_measured", "AWS::Lambda::Function", { TracingConfig: { Mode: "Active" } }],
    ["policy_names_its_actions", "AWS::IAM::Policy", policy({ Action: ["dynamodb:*"], Resource: "*" })],
    ["policy_names_its_actions", "AWS::IAM::Policy", policy({ Action: "dynamodb:*", Resource: "*" })],
    ["policy_names_its_actions", "AWS::IAM::Policy", policy({ NotAction: "iam:PassRole", Resource: "*" })],
    ["role_has_no_policy_of_somebody_else", "AWS::IAM::Role", { ManagedPolicyArns: ["arn"] }],
    ["schedule_is_punctual_and_loses_nothing", "AWS::Scheduler::Schedule", { FlexibleTimeWindow: { Mode: "OFF" } }],
    ["alarm_reaches_somebody_who_knows_what_to_do", "AWS::CloudWatch::Alarm", { AlarmDescription: "Oh." }],
    ["integration_waits_longer_than_the_function", "AWS::ApiGatewayV2::Integration", { TimeoutInMillis: 29_000 }],
    ["nothing_that_china_lacks", "AWS::Lambda::Url", { AuthType: "NONE", TargetFunctionArn: "arn" }],
    ["nothing_that_china_lacks", "AWS::Cognito::UserPool", {}],
  ])("%s is found where a %s has %o", (rule, type, properties) => {
    expect(found(type, properties)).toContainEqual(expect.stringMatching(new RegExp(`^${rule}: `)));
  });
});
