import * as z from "zod";
import type { Account } from "../account.ts";
import { type FunctionDefinition, LambdaFunction, type Permission } from "../lambda.ts";
import { resourceKind } from "../resource-kind.ts";

/** The processor that it is made for is not this machine's; the runtime is the Node that runs this. */
const functionProperties = z.strictObject({
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
  ReservedConcurrentExecutions: z.int().min(1).optional(),
  MemorySize: z.int().min(128).max(10_240),
  Timeout: z.int().min(1).max(900),
  Role: z.string(),
  // What a function logs is JSON by itself; lines of Lambda's own there are none here.
  LoggingConfig: z.strictObject({
    LogGroup: z.string(),
    LogFormat: z.literal("JSON").optional(),
    SystemLogLevel: z.enum(["DEBUG", "INFO", "WARN"]).optional(),
  }),
});

function definitionOf(
  properties: z.infer<typeof functionProperties>,
  { buckets, logGroups, variables }: Account,
): FunctionDefinition {
  const { S3Bucket, S3Key } = properties.Code;
  const archive = buckets.get(S3Bucket)?.get(S3Key);
  if (archive === undefined) throw new Error(`there is no s3://${S3Bucket}/${S3Key}`);
  const { LogGroup } = properties.LoggingConfig;
  const deployed = properties.Environment.Variables;
  const instead = Object.entries(variables).filter(([name]) => name in deployed);
  if (!logGroups.has(LogGroup)) throw new Error(`there is no log group ${LogGroup}`);
  return {
    name: properties.FunctionName,
    archive,
    handler: properties.Handler,
    variables: { ...deployed, ...Object.fromEntries(instead) },
    roleArn: properties.Role,
    memoryMb: properties.MemorySize,
    timeoutSeconds: properties.Timeout,
    logGroup: LogGroup,
  };
}

export const lambdaFunction = resourceKind(
  functionProperties,
  (properties, { account }) => {
    const { lambda } = account;
    const made = new LambdaFunction(definitionOf(properties, account), account);
    lambda.add(made);
    const { name } = made.definition;
    return { ref: name, attributes: { Arn: made.arn }, remove: () => lambda.remove(name) };
  },
  (properties, { account }, made) => {
    account.lambda.replace(new LambdaFunction(definitionOf(properties, account), account));
    return made;
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
    const { permissions } = lambda.findInvocable(FunctionName);
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
