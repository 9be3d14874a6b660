import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as aws from "@aws-sdk/client-secrets-manager";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startSecretsManager } from "../../sandbox/secrets-manager/start-secrets-manager.ts";

const dayMs = 24 * 60 * 60 * 1000;
let folder: string;
let file: string;
let nowMs: number;
let server: Awaited<ReturnType<typeof startSecretsManager>>;
let client: aws.SecretsManagerClient;

async function start() {
  server = await startSecretsManager({ file, now: () => nowMs });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  client = new aws.SecretsManagerClient({ endpoint: server.url, region: "us-east-1", credentials });
}

async function stop() {
  client.destroy();
  await server.close();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "secrets-manager-"));
  file = join(folder, "data", "secrets.json");
  nowMs = Date.parse("2026-03-01T00:00:00.250Z");
  await start();
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

const create = (Name: string, SecretString = "one") => client.send(new aws.CreateSecretCommand({ Name, SecretString }));
const put = (SecretId: string, SecretString: string) =>
  client.send(new aws.PutSecretValueCommand({ SecretId, SecretString }));
const get = (SecretId: string, more: Partial<aws.GetSecretValueRequest> = {}) =>
  client.send(new aws.GetSecretValueCommand({ SecretId, ...more }));
const list = async (request: aws.ListSecretsRequest = {}) => {
  const { SecretList = [], NextToken } = await client.send(new aws.ListSecretsCommand(request));
  return { names: SecretList.map(({ Name }) => Name), NextToken };
};
const remove = (request: aws.DeleteSecretRequest) => client.send(new aws.DeleteSecretCommand(request));

describe("a secret", () => {
  test("is read by its name, its ARN, and its ARN without the suffix", async () => {
    const created = await create("platform/chinaums", '{"appId":"测试"}');
    expect(created.ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:platform\/chinaums-\w{6}$/);
    for (const id of ["platform/chinaums", String(created.ARN), String(created.ARN).slice(0, -7)]) {
      expect(await get(id)).toMatchObject({
        ARN: created.ARN,
        Name: "platform/chinaums",
        VersionId: created.VersionId,
        VersionStages: ["AWSCURRENT"],
        SecretString: '{"appId":"测试"}',
        CreatedDate: new Date(nowMs),
      });
    }
  });

  test("may be binary", async () => {
    await client.send(new aws.CreateSecretCommand({ Name: "binary", SecretBinary: Uint8Array.of(0, 255) }));
    expect((await get("binary")).SecretBinary).toEqual(Uint8Array.of(0, 255));
  });

  test("is rotated: the new value is current, the old one previous, the one before gone from both", async () => {
    const { VersionId: first } = await create("a", "one");
    expect((await put("a", "two")).VersionStages).toEqual(["AWSCURRENT"]);
    expect((await get("a")).SecretString).toBe("two");
    expect((await get("a", { VersionStage: "AWSPREVIOUS" })).SecretString).toBe("one");
    await client.send(new aws.UpdateSecretCommand({ SecretId: "a", SecretString: "three" }));
    expect((await get("a")).SecretString).toBe("three");
    expect((await get("a", { VersionStage: "AWSPREVIOUS" })).SecretString).toBe("two");
    expect(await get("a", { VersionId: String(first) })).toMatchObject({ SecretString: "one", VersionStages: [] });
  });

  test("can have a version that waits under another stage", async () => {
    await create("a", "one");
    const pending = { SecretId: "a", SecretString: "two", VersionStages: ["AWSPENDING"] };
    await client.send(new aws.PutSecretValueCommand(pending));
    expect((await get("a")).SecretString).toBe("one");
    expect((await get("a", { VersionStage: "AWSPENDING" })).SecretString).toBe("two");
  });

  test("is described with its dates, tags and stages", async () => {
    const { ARN, VersionId } = await create("a");
    nowMs += 1000;
    await client.send(new aws.TagResourceCommand({ SecretId: "a", Tags: [{ Key: "team", Value: "old" }] }));
    await client.send(new aws.TagResourceCommand({ SecretId: "a", Tags: [{ Key: "team", Value: "pay" }] }));
    await client.send(new aws.UpdateSecretCommand({ SecretId: "a", Description: "the first" }));
    expect(await client.send(new aws.DescribeSecretCommand({ SecretId: "a" }))).toMatchObject({
      ARN,
      Name: "a",
      Description: "the first",
      Tags: [{ Key: "team", Value: "pay" }],
      CreatedDate: new Date(nowMs - 1000),
      LastChangedDate: new Date(nowMs),
      VersionIdsToStages: { [String(VersionId)]: ["AWSCURRENT"] },
    });
  });
});

describe("an error", () => {
  test("is the SDK's own class with the real service's message, HTTP 400 and a request id", async () => {
    const error = await get("nobody").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(aws.ResourceNotFoundException);
    expect(error).toMatchObject({
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret.",
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });

  test("is given for a stage and a version that are not there", async () => {
    const { VersionId } = await create("a");
    await put("a", "two");
    const previousAsCurrent = { VersionId: String(VersionId), VersionStage: "AWSCURRENT" };
    await expect(get("a", { VersionStage: "AWSPENDING" })).rejects.toThrow(/staging label: AWSPENDING/);
    await expect(get("a", { VersionId: "x".repeat(36) })).rejects.toBeInstanceOf(aws.ResourceNotFoundException);
    await expect(get("a", previousAsCurrent)).rejects.toBeInstanceOf(aws.InvalidRequestException);
  });

  test("is given for a name that is taken, but not for a repeated request", async () => {
    await create("a");
    await expect(create("a")).rejects.toBeInstanceOf(aws.ResourceExistsException);
    const ClientRequestToken = "0e1f6e4c-3d0a-4c32-8e5c-7c8a5a1a0001";
    const request = { Name: "b", SecretString: "one", ClientRequestToken };
    const created = await client.send(new aws.CreateSecretCommand(request));
    expect(await client.send(new aws.CreateSecretCommand(request))).toMatchObject({ ARN: created.ARN });
    const rotated = new aws.PutSecretValueCommand({ SecretId: "b", SecretString: "two", ClientRequestToken });
    await expect(client.send(rotated)).rejects.toBeInstanceOf(aws.ResourceExistsException);
  });

  test("is given for no value, a wrong name and a wrong token", async () => {
    await create("a");
    const noValue = client.send(new aws.PutSecretValueCommand({ SecretId: "a" }));
    await expect(noValue).rejects.toBeInstanceOf(aws.InvalidParameterException);
    await expect(create("a name")).rejects.toMatchObject({ name: "ValidationException" });
    await expect(list({ NextToken: "x" })).rejects.toBeInstanceOf(aws.InvalidNextTokenException);
  });

  test("is given for an unknown operation and for a body that is no JSON", async () => {
    const send = async (target: string, body: string) => {
      const response = await fetch(server.url, { method: "POST", body, headers: { "x-amz-target": target } });
      return [response.status, await response.json()];
    };
    expect(await send("secretsmanager.Nothing", "{}")).toMatchObject([400, { __type: "UnknownOperationException" }]);
    expect(await send("secretsmanager.ListSecrets", "no")).toMatchObject([400, { __type: "SerializationException" }]);
  });
});

describe("the list", () => {
  test("is filtered by the beginning of the name, and by what is not", async () => {
    for (const name of ["partner/a", "partner/b", "platform", "old/partner/c"]) await create(name);
    const byName = (...Values: string[]) => list({ Filters: [{ Key: "name", Values }] });
    expect((await byName("partner/")).names).toEqual(["partner/a", "partner/b"]);
    expect((await byName("partner/b", "plat")).names).toEqual(["partner/b", "platform"]);
    expect((await byName("!partner/")).names).toEqual(["platform", "old/partner/c"]);
    expect((await byName("nothing")).names).toEqual([]);
  });

  test("comes in pages", async () => {
    for (const name of ["a", "b", "c"]) await create(name);
    const first = await list({ MaxResults: 2 });
    expect(first.names).toEqual(["a", "b"]);
    expect(await list({ MaxResults: 2, NextToken: String(first.NextToken) })).toEqual({
      names: ["c"],
      NextToken: undefined,
    });
    expect(await list({ MaxResults: 3, SortOrder: "desc" })).toEqual({ names: ["c", "b", "a"], NextToken: undefined });
  });
});

describe("a deletion", () => {
  test("marks the secret, which can be restored", async () => {
    await create("a");
    const { DeletionDate } = await remove({ SecretId: "a", RecoveryWindowInDays: 7 });
    expect(DeletionDate).toEqual(new Date(nowMs + 7 * dayMs));
    for (const refused of [get("a"), put("a", "two"), create("a"), remove({ SecretId: "a" })]) {
      await expect(refused).rejects.toBeInstanceOf(aws.InvalidRequestException);
    }
    expect((await list()).names).toEqual([]);
    expect((await list({ IncludePlannedDeletion: true })).names).toEqual(["a"]);
    const described = await client.send(new aws.DescribeSecretCommand({ SecretId: "a" }));
    expect(described.DeletedDate).toEqual(new Date(nowMs));
    await client.send(new aws.RestoreSecretCommand({ SecretId: "a" }));
    expect((await get("a")).SecretString).toBe("one");
  });

  test("takes effect when its 30 days are over", async () => {
    await create("a");
    await remove({ SecretId: "a" });
    nowMs += 30 * dayMs;
    await expect(get("a")).rejects.toBeInstanceOf(aws.ResourceNotFoundException);
    await create("a", "anew");
    expect((await get("a")).SecretString).toBe("anew");
  });

  test("by force takes effect at once, and is no error for a secret that is not there", async () => {
    await create("a");
    await remove({ SecretId: "a", ForceDeleteWithoutRecovery: true });
    await expect(get("a")).rejects.toBeInstanceOf(aws.ResourceNotFoundException);
    await remove({ SecretId: "a", ForceDeleteWithoutRecovery: true });
    await expect(remove({ SecretId: "a" })).rejects.toBeInstanceOf(aws.ResourceNotFoundException);
    const both = remove({ SecretId: "a", ForceDeleteWithoutRecovery: true, RecoveryWindowInDays: 7 });
    await expect(both).rejects.toBeInstanceOf(aws.InvalidParameterException);
  });
});

describe("the file", () => {
  test("keeps everything over a restart", async () => {
    const { ARN } = await create("a", "one");
    await put("a", "two");
    await create("b");
    await remove({ SecretId: "b", ForceDeleteWithoutRecovery: true });
    await stop();
    await start();
    expect(await get("a")).toMatchObject({ ARN, SecretString: "two" });
    expect((await get("a", { VersionStage: "AWSPREVIOUS" })).SecretString).toBe("one");
    expect((await list()).names).toEqual(["a"]);
  });

  test("is readable by its owner only, and leaves nothing beside it", async () => {
    await create("a");
    await put("a", "two");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, "utf8")).secrets).toHaveLength(1);
    expect(readdirSync(join(folder, "data"))).toEqual(["secrets.json"]);
  });
});

test("the call log counts calls, those that fail too, and never holds a value", async () => {
  await create("a", "very secret");
  await get("a");
  await get("nobody").catch(() => undefined);
  await list();
  const at = new Date(nowMs).toISOString();
  const log = async (method = "GET") => (await fetch(`${server.url}/_control/calls`, { method })).json();
  expect(await log()).toEqual({
    calls: [
      { operation: "CreateSecret", secretId: "a", at },
      { operation: "GetSecretValue", secretId: "a", at },
      { operation: "GetSecretValue", secretId: "nobody", at },
      { operation: "ListSecrets", secretId: null, at },
    ],
  });
  await log("DELETE");
  expect(await log()).toEqual({ calls: [] });
});

test("a taken port is the server's error", async () => {
  const port = Number(new URL(server.url).port);
  await expect(startSecretsManager({ port, file })).rejects.toMatchObject({
    message: expect.stringContaining(`port ${port} of 127.0.0.1 is taken`),
  });
});
