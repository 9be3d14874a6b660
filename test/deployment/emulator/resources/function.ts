import * as z from "zod";
import { LambdaFunction, type Permission } from "../lambda.ts";
import { resourceKind } from "../resource-kind.ts";

/** The processor that it is made for is not this machine's; the runtime is the Node that runs this. */
export const lambdaFunction = resourceKind(
  z.strictObject({
    FunctionName: z.string().max(64),
    Description: z.string().optional(),
    Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
    Handler: z.string().regex(/^[\w/-]+\.\w+$/),
    Runtime: z.literal(`nodejs${process.versions.node.split(".")[0]}.x`),
    Architectures: z
      .array(z.enum(["arm64", "x86_64"]))
      .length(1)
      .optional(),
    Environment: z.strictObject({ Variables: z.record(z.string(), z.string()) }),
    MemorySize: z.int().min(128).max(10_240),
    Timeout: z.int().min(1).max(900),
    Role: z.string(),
    // What a function logs is JSON by itself; lines of Lambda's own there are none here.
    LoggingConfig: z.strictObject({
      LogGroup: z.string(),
      LogFormat: z.literal("JSON").optional(),
      SystemLogLevel: z.enum(["DEBUG", "INFO", "WARN"]).optional(),
    }),
  }),
  (properties, { account: { buckets, logGroups, lambda, endpoint, iam, queues } }) => {
    const { S3Bucket, S3Key } = properties.Code;
    const archive = buckets.get(S3Bucket)?.get(S3Key);
    if (archive === undefined) throw new Error(`there is no s3://${S3Bucket}/${S3Key}`);
    const { LogGroup } = properties.LoggingConfig;
    if (!logGroups.has(LogGroup)) throw new Error(`there is no log group ${LogGroup}`);
    const definition = {
      name: properties.FunctionName,
      archive,
      handler: properties.Handler,
      variables: properties.Environment.Variables,
      roleArn: properties.Role,
      memoryMb: properties.MemorySize,
      timeoutSeconds: properties.Timeout,
      logGroup: LogGroup,
    };
    const made = new LambdaFunction(definition, { endpoint, iam, queues });
    lambda.add(made);
    return { ref: definition.name, attributes: { Arn: made.arn }, remove: () => lambda.remove(made) };
  },
);

export const lambdaPermission = resourceKind(
  z.strictObject({
    Action: z.literal("lambda:InvokeFunction"),
    FunctionName: z.string(),
    Principal: z.string(),
    SourceArn: z.string(),
  }),
  ({ FunctionName, Principal, SourceArn }, { account: { lambda }, newName }) => {
    const { permissions } = lambda.find(FunctionName);
    const permission: Permission = { principal: Principal, sourceArn: SourceArn };
    permissions.add(permission);
    return {
      ref: newName(),
      remove() {
        permissions.delete(permission);
      },
    };
  },
);

/** An age has no meaning where no event has to wait. */
export const eventInvokeConfig = resourceKind(
  z.strictObject({
    FunctionName: z.string(),
    Qualifier: z.literal("$LATEST"),
    MaximumRetryAttempts: z.int().min(0).max(2),
    MaximumEventAgeInSeconds: z.int().min(60).max(21_600),
    DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }) }),
  }),
  ({ FunctionName, MaximumRetryAttempts, DestinationConfig }, { account: { lambda, queues }, newName }) => {
    const onFailure = DestinationConfig.OnFailure.Destination;
    if (!queues.has(onFailure)) throw new Error(`there is no queue ${onFailure}`);
    const target = lambda.find(FunctionName);
    target.eventConfig = { retries: MaximumRetryAttempts, onFailure };
    return {
      ref: newName(),
      remove() {
        target.eventConfig = undefined;
      },
    };
  },
);
