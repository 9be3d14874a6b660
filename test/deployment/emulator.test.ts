import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localRegion } from "../../tools/local-aws.ts";
import { type Emulator, startEmulator } from "./emulator/start-emulator.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator?.close());

const queue = { Type: "AWS::SQS::Queue" };
let stacks = 0;
function create(template: object) {
  return emulator.cloudFormation.create(`stack-${++stacks}`, JSON.stringify(template));
}

describe("a template is refused before anything is made", () => {
  test.each([
    [
      "a type that is not emulated",
      { A: { Type: "AWS::S3::Bucket" } },
      "Unrecognized resource types: [AWS::S3::Bucket]",
    ],
    [
      "a reference to nothing",
      { A: { ...queue, Properties: { Tags: { Ref: "B" } } } },
      "dependencies [B] in Resources",
    ],
    ["an attribute of nothing", { A: { ...queue, Properties: { Tags: { "Fn::GetAtt": ["B", "Arn"] } } } }, "[B]"],
    ["a text with nothing in it", { A: { ...queue, Properties: { Tags: { "Fn::Sub": `\${B.Arn}` } } } }, "[B]"],
    ["a dependency on nothing", { A: { ...queue, DependsOn: "B" } }, "[B]"],
    [
      "resources that need each other",
      { A: { ...queue, DependsOn: ["B"] }, B: { ...queue, Properties: { Tags: { Ref: "A" } } } },
      "Circular dependency between resources: [A, B]",
    ],
    ["a member that no resource has", { A: { ...queue, Property: {} } }, "Property"],
  ])("with %s", async (_, Resources, sentence) => {
    await expect(create({ Resources })).rejects.toThrow(sentence);
  });

  test("with an output of nothing", async () => {
    await expect(create({ Resources: { A: queue }, Outputs: { Of: { Value: { Ref: "B" } } } })).rejects.toThrow("[B]");
  });
});

describe("a stack is rolled back", () => {
  test.each([
    ["a property is missing", { Type: "AWS::SQS::QueuePolicy", Properties: { Queues: [] } }, "PolicyDocument"],
    ["a property is not known", { ...queue, Properties: { Fifo: true } }, "Fifo"],
    [
      "an attribute is not known",
      { ...queue, Properties: { Tags: { "Fn::GetAtt": ["First", "Color"] } } },
      "First.Color",
    ],
    ["a function is not known", { ...queue, Properties: { Tags: { "Fn::Cidr": [] } } }, "Fn::Cidr is not known here"],
  ])("where %s", async (_, Second, reason) => {
    const stack = await create({ Resources: { First: queue, Second: { DependsOn: "First", ...Second } } });
    expect(stack.status).toBe("ROLLBACK_COMPLETE");
    expect(stack.events).toContainEqual(
      expect.objectContaining({
        LogicalResourceId: "Second",
        ResourceStatus: "CREATE_FAILED",
        ResourceStatusReason: expect.stringContaining(reason),
      }),
    );
    expect(stack.events).toContainEqual(
      expect.objectContaining({ LogicalResourceId: "First", ResourceStatus: "DELETE_COMPLETE" }),
    );
  });

  test("where a rule of the template does not hold", async () => {
    const Parameters = {
      Version: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/cdk-bootstrap/hnb659fds/version" },
    };
    const rule = (versions: string[]) => ({
      Check: {
        Assertions: [
          { Assert: { "Fn::Not": [{ "Fn::Contains": [versions, { Ref: "Version" }] }] }, AssertDescription: "too old" },
        ],
      },
    });
    const Resources = { A: queue };
    expect((await create({ Parameters, Rules: rule(["1", "2"]), Resources })).status).toBe("CREATE_COMPLETE");
    const refused = await create({ Parameters, Rules: rule(["30"]), Resources });
    expect([refused.status, refused.events.at(-2)?.ResourceStatusReason]).toEqual(["ROLLBACK_COMPLETE", "too old"]);
  });
});

test("values of a template are what CloudFormation makes of them", async () => {
  const stack = await create({
    Conditions: {
      Here: { "Fn::Equals": [{ Ref: "AWS::Region" }, localRegion] },
      Nowhere: { "Fn::Not": [{ Condition: "Here" }] },
    },
    Resources: {
      A: {
        ...queue,
        Properties: { MessageRetentionPeriod: { "Fn::If": ["Here", { Ref: "AWS::NoValue" }, "not a number"] } },
      },
      B: { ...queue, Condition: "Nowhere" },
    },
    Outputs: {
      Joined: { Value: { "Fn::Join": ["-", ["a", { Ref: "AWS::Partition" }, { "Fn::Select": [1, ["x", "y"]] }]] } },
      Substituted: {
        Value: { "Fn::Sub": [`\${AWS::AccountId} \${own} \${!left}`, { own: { Ref: "AWS::StackName" } }] },
      },
      Attribute: { Value: { "Fn::GetAtt": "A.QueueName" } },
      Absent: { Condition: "Nowhere", Value: "" },
    },
  });
  expect([...stack.resources.keys()]).toEqual(["A"]);
  expect(Object.fromEntries(stack.outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]))).toEqual({
    Joined: "a-aws-y",
    Substituted: `000000000000 ${stack.name} \${left}`,
    Attribute: expect.stringMatching(new RegExp(`^${stack.name}-A-[0-9A-F]{12}$`)),
  });
});

describe("a request is refused", () => {
  const ask = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
    new SecretsManagerClient({ endpoint: emulator.url, region: localRegion, credentials, maxAttempts: 1 }).send(
      new GetSecretValueCommand({ SecretId: "any" }),
    );

  test("unless it is signed with a key that was issued, and by all of it", async () => {
    const { operator } = emulator;
    await expect(ask(operator)).rejects.toThrow("can't find the specified secret");
    await expect(ask({ ...operator, secretAccessKey: "another" })).rejects.toThrow("signature we calculated");
    await expect(ask({ ...operator, accessKeyId: "AKIANOBODY" })).rejects.toThrow("security token");
    await expect(ask({ ...operator, sessionToken: "of-no-session" })).rejects.toThrow("security token");
  });

  test("where its body was changed on the way", async () => {
    const headers: Record<string, string> = {};
    const client = new SecretsManagerClient({
      endpoint: emulator.url,
      region: localRegion,
      credentials: emulator.operator,
    });
    client.middlewareStack.add(
      (next) => (args) => {
        Object.assign(headers, (args.request as { headers: Record<string, string> }).headers);
        return next(args);
      },
      { step: "deserialize" },
    );
    await client.send(new GetSecretValueCommand({ SecretId: "any" })).catch(() => undefined);
    const { host: _, "content-length": __, ...rest } = headers;
    const post = (SecretId: string) =>
      fetch(emulator.url, { method: "POST", headers: rest, body: JSON.stringify({ SecretId }) });
    expect((await post("any")).status).toBe(400);
    expect((await post("all")).status).toBe(403);
  });
});
