import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterEach, describe, expect, test } from "vitest";
import { awsCallLimits, clientSettings } from "../../shared/aws/client-settings.ts";
import { tunedClient } from "../../shared/aws/tuned-client.ts";
import { startRawServer } from "../support/raw-server.ts";

/** The longest wait of the SDK before it tries again after a first try without an answer. */
const backoffMs = 50;

let server: Awaited<ReturnType<typeof startRawServer>> | undefined;
afterEach(() => server?.close());

function clientsOf(endpoint: string) {
  const where = { endpoint, region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
  const secrets = tunedClient(new SecretsManagerClient({ ...where, ...clientSettings(3) }));
  const table = tunedClient(new DynamoDBClient({ ...where, ...clientSettings(3) }));
  return {
    "Secrets Manager": () => secrets.send(new GetSecretValueCommand({ SecretId: "s" })),
    DynamoDB: () => table.send(new GetItemCommand({ TableName: "t", Key: { pk: { S: "p" } } })),
  };
}

describe("the time that a call of AWS may take", () => {
  test("is below 4 s, and enough for a second try after one that hangs", () => {
    const { requestTimeoutMs, callMs, connectionTimeoutMs } = awsCallLimits;
    expect(connectionTimeoutMs).toBeLessThanOrEqual(requestTimeoutMs);
    expect(2 * requestTimeoutMs + backoffMs).toBeLessThanOrEqual(callMs);
    expect(callMs).toBeLessThan(4_000);
  });

  test("is that of three tries at most, over as many connections as are asked for", () => {
    expect(clientSettings(7)).toMatchObject({
      maxAttempts: 3,
      requestHandler: { httpAgent: { maxSockets: 7 }, httpsAgent: { maxSockets: 7 }, throwOnRequestTimeout: true },
    });
  });

  test.each(["Secrets Manager", "DynamoDB"] as const)("ends where %s never answers", async (name) => {
    server = await startRawServer(() => undefined);
    await expect(clientsOf(server.url)[name]()).rejects.toThrow(/requestTimeout|no answer within/);
    expect(server.connections()).toBeLessThanOrEqual(awsCallLimits.maxAttempts);
  });

  test.each(["Secrets Manager", "DynamoDB"] as const)("ends where an answer of %s has no end", async (name) => {
    server = await startRawServer((socket) => {
      socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"));
    });
    await expect(clientsOf(server.url)[name]()).rejects.toMatchObject({ code: "AWS_CALL_TIMEOUT" });
  });
});

test("a network that has forgotten the idle connections costs one try, and not one for each of them", async () => {
  let silent = false;
  server = await startRawServer((socket, count) => {
    socket.on("data", () => {
      if (silent && count <= 3) return;
      const body = '{"SecretString":"s"}';
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    });
  });
  const ask = clientsOf(server.url)["Secrets Manager"];
  await Promise.all([ask(), ask(), ask()]);
  expect(server.connections()).toBe(3);
  silent = true;
  expect(await ask()).toMatchObject({ SecretString: "s" });
  expect(server.connections()).toBe(4);
});
