import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { functionNames } from "../../functions/function-envs.ts";
import { bundleFunctions } from "../../infra/bundle/bundle-functions.ts";
import { bundleSettings, inPlaceOf } from "../../infra/bundle/bundle-settings.ts";

const outDir = mkdtempSync(join(tmpdir(), "refund-status-bundle-"));
afterAll(() => rmSync(outDir, { recursive: true }));

const { inputs: allInputs, outputs } = bundleFunctions(functionNames, outDir);

describe.each(functionNames)("the bundle of %s", (name) => {
  const file = join(outDir, name, "index.mjs");
  const bundle = Object.values(outputs).find(({ entryPoint }) => entryPoint === `functions/${name}/index.ts`);
  const inputs = Object.keys(bundle?.inputs ?? {}).filter((input) => input.startsWith("node_modules/"));

  test("is made of modules that are known, or what follows would find nothing", () => {
    expect(inputs).not.toEqual([]);
  });

  test("stays within 256 KB, because every cold start reads and compiles all of it", () => {
    const kB = statSync(file).size / 1000;
    expect(kB, "`npm run bench -- bundle` lists what is in it, largest first").toBeLessThanOrEqual(256);
  });

  test.each([
    [/credential-provider-(?!env)/, "credentials come from the environment; the other providers are 141 KB"],
    [/core\/dist-es\/submodules\/event-streams/, "no operation of ours is streamed; 19 KB"],
    [/endpoint-discovery|endpoint-cache|mnemonist/, "no operation of DynamoDB discovers endpoints; 8 KB"],
    [/getInstanceMetadataRegion|parseIni/, "Lambda has no ~/.aws and no instance metadata; 6 KB and two file reads"],
    [/dist-cjs/, "a CommonJS build cannot be shaken; without mainFields and conditions the SDK is 200 KB larger"],
    [/zod\/.*\/locales|zod\/v4\/classic/, 'import * as z from "zod/mini"; the other styles are 60 to 420 KB larger'],
    [/zod\/v4\/core\/json-schema/, "something takes zod's core as a whole; z.catch did, for 10 KB"],
    [/util-dynamodb/, "shared/aws/attributes.ts does what is needed of it; 5 KB"],
  ])("has nothing that matches %s", (unwanted, why) => {
    expect(
      inputs.filter((input) => unwanted.test(input)),
      why,
    ).toEqual([]);
  });

  test("imports no node:http, whose named exports load undici: 20 ms of every cold start", () => {
    const imported = [...readFileSync(file, "utf8").matchAll(/\bfrom\s*"([^"]+)"/g)].map(([, module]) => module);
    expect(imported).toContain("node:https");
    expect(imported.filter((module) => /^(node:)?http$|^(node:)?undici$/.test(module ?? ""))).toEqual([]);
  });
});

describe("the AWS client as it is bundled", () => {
  type Sent = { hostname: string; headers: Record<string, string> };
  type Answer = { statusCode: number; headers: Record<string, string>; body: Uint8Array };
  type Bundled = {
    send(config: DynamoDBClientConfig): Promise<unknown>;
    ConditionalCheckFailedException: new () => Error;
  };
  let bundled: Bundled;
  beforeAll(async () => {
    const contents = `
      import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
      export { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
      export const send = (config) => new DynamoDBClient(config).send(new QueryCommand({ TableName: "T" }));`;
    const outfile = join(outDir, "client/index.mjs");
    await build({ ...bundleSettings, stdin: { contents, resolveDir: import.meta.dirname }, outfile });
    bundled = (await import(pathToFileURL(outfile).href)) as Bundled;
  });

  /** Sends one query in that environment to somebody who gives these answers one by one, the last one for ever. */
  async function query(environment: Record<string, string>, answers: { status: number; body: object }[]) {
    const sent: Sent[] = [];
    const handle = async (request: Sent): Promise<{ response: Answer }> => {
      sent.push({ hostname: request.hostname, headers: request.headers });
      const { status = 500, body } = answers[Math.min(sent.length, answers.length) - 1] ?? {};
      return {
        response: { statusCode: status, headers: {}, body: new TextEncoder().encode(JSON.stringify(body)) },
      };
    };
    const before = process.env;
    process.env = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", ...environment };
    try {
      const requestHandler = { handle } as unknown as NonNullable<DynamoDBClientConfig["requestHandler"]>;
      const result = await bundled.send({ requestHandler }).catch((error: unknown) => error);
      return { sent, result };
    } finally {
      process.env = before;
    }
  }
  const ok = { status: 200, body: { Count: 0, Items: [] } };
  const fault = (__type: string, status = 400) => ({ status, body: { __type } });

  test.each([
    ["eu-west-1", "dynamodb.eu-west-1.amazonaws.com"],
    ["mx-central-1", "dynamodb.mx-central-1.amazonaws.com"],
    ["ap-southeast-5", "dynamodb.ap-southeast-5.amazonaws.com"],
    ["cn-north-1", "dynamodb.cn-north-1.amazonaws.com.cn"],
    ["cn-northwest-1", "dynamodb.cn-northwest-1.amazonaws.com.cn"],
    ["us-gov-west-1", "dynamodb.us-gov-west-1.amazonaws.com"],
  ])("asks and signs for the region %s", async (region, host) => {
    const { sent, result } = await query({ AWS_REGION: region, AWS_SESSION_TOKEN: "token" }, [ok]);
    expect(result).toMatchObject({ Count: 0 });
    expect(sent[0]?.hostname).toBe(host);
    expect(sent[0]?.headers.authorization).toMatch(
      new RegExp(`^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\\d{8}/${region}/dynamodb/aws4_request, SignedHeaders=`),
    );
    expect(sent[0]?.headers["x-amz-security-token"]).toBe("token");
  });

  test("asks another endpoint where the environment names one", async () => {
    const { sent } = await query({ AWS_REGION: "eu-west-1", AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:8000" }, [ok]);
    expect(sent[0]?.hostname).toBe("127.0.0.1");
  });

  test.each([
    ["throttling", fault("com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException")],
    ["an internal error", fault("com.amazonaws.dynamodb.v20120810#InternalServerError", 500)],
    ["an error that no version knows", fault("SomethingNew", 503)],
  ])("tries again after %s", async (_, first) => {
    const { sent, result } = await query({ AWS_REGION: "eu-west-1" }, [first, ok]);
    expect(result).toMatchObject({ Count: 0 });
    expect(sent).toHaveLength(2);
  });

  test("tries no more than four times, and not at all where it would not help", async () => {
    const tired = await query({ AWS_REGION: "eu-west-1" }, [fault("InternalServerError", 500)]);
    expect(tired.sent).toHaveLength(4);
    expect(tired.result).toMatchObject({ name: "InternalServerError" });
    const refused = await query({ AWS_REGION: "eu-west-1" }, [
      fault("com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"),
    ]);
    expect(refused.sent).toHaveLength(1);
    expect(refused.result).toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("knows the errors that the code looks for by their classes", async () => {
    const body = {
      __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
      Item: { pk: { S: "a" } },
    };
    const { result } = await query({ AWS_REGION: "eu-west-1" }, [{ status: 400, body }]);
    expect(result).toBeInstanceOf(bundled.ConditionalCheckFailedException);
    expect(result).toMatchObject({ Item: { pk: { S: "a" } } });
  });

  test("says which variable is missing where the region is", async () => {
    const { result } = await query({}, [ok]);
    expect(String(result)).toContain("AWS_REGION is missing");
  });
});

test("every module that a stand-in replaces is still imported by the SDK, or the stand-in could go", () => {
  const used = Object.keys(allInputs);
  const idle = Object.values(inPlaceOf).filter((file) => !used.includes(`infra/bundle/${file}`));
  expect(idle).toEqual([]);
});
