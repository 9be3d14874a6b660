import { afterAll, beforeAll, expect, test } from "vitest";
import { localAccount, localRegion } from "../../tools/local-aws.ts";
import { type Emulator, startEmulator } from "./emulator/start-emulator.ts";
import { storedZip } from "./stored-zip.ts";

const bucket = `cdk-hnb659fds-assets-${localAccount}-${localRegion}`;
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator?.close());

let functions = 0;
async function createFunction(source: string, properties: object = {}) {
  const name = `function-${++functions}`;
  emulator.account.buckets.get(bucket)?.set(`${name}.zip`, storedZip({ "main.mjs": source }));
  const statement = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } };
  const logging = {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: { "Fn::GetAtt": "Logs.Arn" },
  };
  const Version = "2012-10-17";
  const Resources = {
    Logs: { Type: "AWS::Logs::LogGroup" },
    Role: { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: { Version, Statement: [statement] } } },
    Policy: {
      Type: "AWS::IAM::Policy",
      Properties: {
        PolicyName: "Logging",
        PolicyDocument: { Version, Statement: [logging] },
        Roles: [{ Ref: "Role" }],
      },
    },
    Function: {
      Type: "AWS::Lambda::Function",
      Properties: {
        FunctionName: name,
        Code: { S3Bucket: bucket, S3Key: `${name}.zip` },
        Handler: "main.show",
        Runtime: "nodejs24.x",
        Environment: { Variables: { SAID: "so" } },
        MemorySize: 512,
        Timeout: 900,
        Role: { "Fn::GetAtt": "Role.Arn" },
        LoggingConfig: { LogGroup: { Ref: "Logs" } },
        ...properties,
      },
    },
  };
  const stack = await emulator.cloudFormation.create(name, JSON.stringify({ Resources }));
  expect(stack.events.flatMap(({ ResourceStatusReason }) => ResourceStatusReason ?? [])).toEqual([]);
  return emulator.account.lambda.find(name);
}

test("a function runs with what its definition says, what Lambda adds, and nothing of this machine's", async () => {
  const made = await createFunction(`
    export const show = async (event, context) => {
      console.log("was called");
      return { event, environment: process.env, args: process.execArgv, left: context.getRemainingTimeInMillis() };
    };
  `);
  const { event, environment, args, left } = (await made.invoke({ asked: 1 })) as Record<string, unknown>;
  expect(event).toEqual({ asked: 1 });
  expect(environment).toEqual({
    SAID: "so",
    LANG: "en_US.UTF-8",
    PATH: expect.any(String),
    TZ: ":UTC",
    AWS_LAMBDA_FUNCTION_NAME: made.definition.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
    AWS_LAMBDA_LOG_GROUP_NAME: made.definition.logGroup,
    AWS_REGION: localRegion,
    AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
    AWS_SECRET_ACCESS_KEY: expect.any(String),
    AWS_SESSION_TOKEN: expect.any(String),
    AWS_ENDPOINT_URL: emulator.url,
  });
  expect(args).toEqual(["--max-old-space-size=460"]);
  expect(left).toBeGreaterThan(600_000);
  expect(left).toBeLessThanOrEqual(900_000);
  await expect.poll(() => made.logLines).toEqual(["was called"]);
});

test("an invocation that takes longer than the function may is ended, with its process", async () => {
  const made = await createFunction("export const show = () => new Promise(() => setInterval(() => {}, 1000));", {
    Timeout: 1,
  });
  const invoked = made.invoke({});
  await expect(invoked).rejects.toThrow("Task timed out after 1 seconds");
  expect(made.pids).toEqual([]);
});

test("invocations at the same time have a process each, and one after another share one", async () => {
  const made = await createFunction("export const show = async () => process.pid;");
  const [one, other] = await Promise.all([made.invoke({}), made.invoke({})]);
  expect(one).not.toBe(other);
  expect([one, other]).toContain(await made.invoke({}));
  expect(made.pids).toHaveLength(2);
});
