import type { Socket } from "node:net";
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
    expect(clientSettings(7)).toEqual({
      maxAttempts: 3,
      requestHandler: {
        connectionTimeout: awsCallLimits.connectionTimeoutMs,
        requestTimeout: awsCallLimits.requestTimeoutMs,
        throwOnRequestTimeout: true,
        httpAgent: { maxSockets: 7 },
        httpsAgent: { maxSockets: 7 },
      },
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

/** Answers with a secret, but not over the first three connections once `givesUp` says what becomes of those. */
async function startServer() {
  let givesUp: ((socket: Socket) => void) | undefined;
  const heads: string[] = [];
  const started = await startRawServer((socket, count) => {
    socket.on("data", (bytes) => {
      heads.push(bytes.toString());
      if (givesUp !== undefined && count <= 3) return givesUp(socket);
      const body = '{"SecretString":"s"}';
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    });
  });
  server = started;
  return {
    ask: clientsOf(started.url)["Secrets Manager"],
    connections: started.connections,
    heads,
    giveUp: (how: (socket: Socket) => void) => {
      givesUp = how;
    },
  };
}

test.each([
  ["a network that has forgotten the idle connections", () => undefined],
  ["a service that resets them", (socket: Socket) => void socket.resetAndDestroy()],
])("%s costs one try, and not one for each of them", async (_, how) => {
  const { ask, connections, giveUp } = await startServer();
  await Promise.all([ask(), ask(), ask()]);
  expect(connections()).toBe(3);
  giveUp(how);
  expect(await ask()).toMatchObject({ SecretString: "s" });
  expect(connections()).toBe(4);
});

test("a call leaves no timer behind that would keep the process alive", async () => {
  const { ask } = await startServer();
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  await ask();
  const before = timers();
  // So many that what the test runner does meanwhile makes no difference.
  for (let i = 0; i < 50; i++) await ask();
  expect(timers()).toBeLessThan(before + 25);
});

test("a call tells AWS nothing of the SDK's own features", async () => {
  const { ask, heads } = await startServer();
  await ask();
  expect(heads.join("")).toMatch(/^authorization:/im);
  expect(heads.join("")).not.toMatch(/aws-sdk-js/i);
});
