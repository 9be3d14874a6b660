import * as z from "zod";
import { localAccount, localRegion } from "../../../../tools/local-aws.ts";
import { type ResourceKind, resourceKind, unchanged } from "../resource-kind.ts";

/** Types whose properties are checked and whose names are known, and that do nothing: an alarm notifies nobody. */
export const recordedOnly: Readonly<Record<string, ResourceKind>> = {
  "AWS::CloudWatch::Alarm": recorded(["ComparisonOperator", "EvaluationPeriods"], "cloudwatch", "alarm:"),
  "AWS::CloudWatch::Dashboard": resourceKind(
    z.strictObject({ DashboardName: z.string(), DashboardBody: z.string().refine((body) => JSON.parse(body)) }),
    ({ DashboardName }) => ({ ref: DashboardName }),
    unchanged,
  ),
  "AWS::CodeDeploy::Application": recorded(["ComputePlatform"], "codedeploy", "application:"),
  "AWS::CodeDeploy::DeploymentGroup": recorded(["ApplicationName", "ServiceRoleArn"], "codedeploy", "deploymentgroup:"),
  "AWS::Logs::MetricFilter": recorded(["FilterPattern", "LogGroupName", "MetricTransformations"], "logs", "filter:"),
  "AWS::SNS::Topic": recorded([], "sns", ""),
  "AWS::SNS::TopicPolicy": recorded(["PolicyDocument", "Topics"], "sns", ""),
  "AWS::SQS::QueuePolicy": recorded(["PolicyDocument", "Queues"], "sqs", ""),
};

function recorded(required: readonly string[], service: string, kindInArn: string): ResourceKind {
  const said = z.unknown().refine((value) => value !== undefined, { error: "required" });
  const members = Object.fromEntries(required.map((name) => [name, said]));
  return resourceKind(
    z.looseObject(members),
    (_, { newName }) => {
      const name = newName();
      const Arn = `arn:aws:${service}:${localRegion}:${localAccount}:${kindInArn}${name}`;
      return { ref: service === "sns" ? Arn : name, attributes: { Arn } };
    },
    unchanged,
  );
}
