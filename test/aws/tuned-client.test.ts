import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterEach, describe, expect, test } from "vitest";
import { awsCallLimits, clientSettings } from "../../shared/aws/client-settings.ts";
import { tunedClient } from "../../shared/aws/tuned-client.ts";
import { startRawServer } from "../support/raw-server.ts";

/** The longest wait before a further try after one without an answer: 50 ms, and twice as long after each. */
const backoffMs = (tries: number) => 50 * (2 ** (tries - 1) - 1);

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
  test("is below 4 s, with all tries and the waits between them", () => {
    const { requestTimeoutMs, maxAttempts, callMs, connectionTimeoutMs } = awsCallLimits;
    expect(connectionTimeoutMs).toBeLessThanOrEqual(requestTimeoutMs);
    expect(maxAttempts * requestTimeoutMs + backoffMs(maxAttempts)).toBeLessThanOrEqual(callMs);
    expect(callMs).toBeLessThan(4_000);
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
