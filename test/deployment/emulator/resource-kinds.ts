import type { ResourceKind } from "./resource-kind.ts";
import { alias, eventInvokeConfig, version } from "./resources/alias.ts";
import { eventSourceMapping } from "./resources/event-source.ts";
import { lambdaFunction, lambdaPermission } from "./resources/function.ts";
import { api, integration, route, stage } from "./resources/http-api.ts";
import { policy, role } from "./resources/iam.ts";
import { logGroup } from "./resources/log-group.ts";
import { queue } from "./resources/queue.ts";
import { recordedOnly } from "./resources/recorded.ts";
import { schedule } from "./resources/schedule.ts";
import { secret } from "./resources/secret.ts";
import { table } from "./resources/table.ts";

/** The types of resources that there are here; a template with any other is refused. */
export const resourceKinds: Readonly<Record<string, ResourceKind>> = {
  "AWS::ApiGatewayV2::Api": api,
  "AWS::ApiGatewayV2::Integration": integration,
  "AWS::ApiGatewayV2::Route": route,
  "AWS::ApiGatewayV2::Stage": stage,
  "AWS::DynamoDB::Table": table,
  "AWS::IAM::Policy": policy,
  "AWS::IAM::Role": role,
  "AWS::Lambda::Alias": alias,
  "AWS::Lambda::EventInvokeConfig": eventInvokeConfig,
  "AWS::Lambda::EventSourceMapping": eventSourceMapping,
  "AWS::Lambda::Function": lambdaFunction,
  "AWS::Lambda::Permission": lambdaPermission,
  "AWS::Lambda::Version": version,
  "AWS::Logs::LogGroup": logGroup,
  "AWS::SQS::Queue": queue,
  "AWS::Scheduler::Schedule": schedule,
  "AWS::SecretsManager::Secret": secret,
  ...recordedOnly,
};
