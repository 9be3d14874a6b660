import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { localAccount, localRegion } from "../../tools/local-aws.ts";
import { type Emulator, startEmulator } from "./emulator/start-emulator.ts";
import { storedZip } from "./stored-zip.ts";

/** Holds the emulator's event source mappings to what AWS documents of them. */
const bucket = `cdk-hnb659fds-assets-${localAccount}-${localRegion}`;
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator?.close());

const Version = "2012-10-17";
const of = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });
const stream = { "Fn::GetAtt": ["Table", "StreamArn"] };
const allow = (Resource: object, ...Action: string[]) => ({ Effect: "Allow", Action, Resource });
const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } };
const reading = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"].map((name) => `dynamodb:${name}`);

/** A table whose stream a function is handed: items of a `kind` that begins with `t`. It logs their keys and fails on `bad`. */
async function createSource(name: string) {
  const source = `export const show = async ({ Records }) => {
    const keys = Records.map(({ dynamodb }) => dynamodb.Keys.pk.S).join(",");
    console.log(keys);
    if (keys.includes("bad")) throw new Error("bad");
  };`;
  emulator.account.buckets.get(bucket)?.set(`${name}.zip`, storedZip({ "main.mjs": source }));
  const pattern = { dynamodb: { NewImage: { kind: { S: [{ prefix: "t" }] } } } };
  const typed = (Type: string, Properties: object, DependsOn?: string) => ({ Type, Properties, DependsOn });
  const Resources = {
    Queue: typed("AWS::SQS::Queue", {}),
    Logs: typed("AWS::Logs::LogGroup", {}),
    Table: typed("AWS::DynamoDB::Table", {
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: "same",
          KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamViewType: "NEW_IMAGE" },
      TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
    }),
    Role: typed("AWS::IAM::Role", { AssumeRolePolicyDocument: { Version, Statement: [trust] } }),
    Policy: typed("AWS::IAM::Policy", {
      PolicyName: "Reading",
      PolicyDocument: {
        Version,
        Statement: [
          allow(of("Logs"), "logs:CreateLogStream", "logs:PutLogEvents"),
          allow(stream, ...reading),
          allow(of("Queue"), "sqs:SendMessage"),
        ],
      },
      Roles: [{ Ref: "Role" }],
    }),
    Function: typed("AWS::Lambda::Function", {
      FunctionName: name,
      Code: { S3Bucket: bucket, S3Key: `${name}.zip` },
      Handler: "main.show",
      Runtime: "nodejs24.x",
      Environment: { Variables: {} },
      MemorySize: 128,
      Timeout: 60,
      Role: of("Role"),
      LoggingConfig: { LogGroup: { Ref: "Logs" } },
    }),
    Source: typed(
      "AWS::Lambda::EventSourceMapping",
      {
        FunctionName: of("Function"),
        EventSourceArn: stream,
        StartingPosition: "LATEST",
        FilterCriteria: { Filters: [{ Pattern: JSON.stringify(pattern) }] },
        BatchSize: 2,
        MaximumBatchingWindowInSeconds: 0,
        ParallelizationFactor: 1,
        MaximumRetryAttempts: 1,
        MaximumRecordAgeInSeconds: 60,
        DestinationConfig: { OnFailure: { Destination: of("Queue") } },
      },
      "Policy",
    ),
  };
  const stack = await emulator.cloudFormation.create(name, JSON.stringify({ Resources }));
  expect(stack.events.flatMap(({ ResourceStatusReason }) => ResourceStatusReason ?? [])).toEqual([]);
  const [table] = stack.resourcesOf("AWS::DynamoDB::Table");
  const [queue] = stack.resourcesOf("AWS::SQS::Queue");
  return {
    stack,
    put: (pk: string, kind: string) =>
      emulator.account.dynamoDb.send(
        new PutItemCommand({ TableName: table?.ref, Item: { pk: { S: pk }, kind: { S: kind } } }),
      ),
    batches: () => emulator.account.lambda.find(name).logLines,
    deadLetters: () => emulator.account.queues.messages(queue?.attributes?.Arn ?? ""),
  };
}

test("a function is handed what passes the filter, in batches, once and in order", async () => {
  const { put, batches } = await createSource("filtered");
  for (const [pk, kind] of [
    ["a", "t1"],
    ["b", "x1"],
    ["c", "t2"],
    ["d", "t1"],
  ] as const) {
    await put(pk, kind);
  }
  await emulator.account.eventSources.handOn();
  await emulator.account.eventSources.handOn();
  await expect.poll(batches).toEqual(["a,c", "d"]);
});

test("a batch that keeps failing is given up to the queue, and the next one is handed on", async () => {
  const { put, batches, deadLetters } = await createSource("failing");
  for (const pk of ["bad", "c", "d"]) await put(pk, "t1");
  await emulator.account.eventSources.handOn();
  await expect.poll(batches).toEqual(["bad,c", "bad,c", "d"]);
  expect(deadLetters()).toMatchObject([{ DDBStreamBatchInfo: { batchSize: 2 } }]);
});

test("a source that was taken down is read no more", async () => {
  const { stack } = await createSource("removed");
  await stack.remove();
  // Its stream is gone, and so is the function, so that another read would fail.
  await expect(emulator.account.eventSources.handOn()).resolves.toBeUndefined();
});
