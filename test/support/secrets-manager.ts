import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { startSecretsManager } from "../../sandbox/secrets-manager/start-secrets-manager.ts";
import { localSecretsManager } from "../../tools/local-aws.ts";

/** What a service in trouble does with a request. */
export const troubles = {
  cut: (response: ServerResponse) => response.socket?.destroy(),
  throttled: (response: ServerResponse) => fail(response, 400, "ThrottlingException"),
  denied: (response: ServerResponse) => fail(response, 400, "AccessDeniedException"),
  failing: (response: ServerResponse) => fail(response, 500, "InternalServiceError"),
  garbage: (response: ServerResponse) => response.writeHead(200).end("<html>"),
} as const;
export type Trouble = keyof typeof troubles;

function fail(response: ServerResponse, status: number, type: string): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify({ __type: type }));
}

/** The local Secrets Manager for the tests of one file, behind a door that can be in trouble. */
export function useSecretsManager() {
  let server: Awaited<ReturnType<typeof startSecretsManager>>;
  let direct: SecretsManagerClient;
  let client: SecretsManagerClient;
  let lookUps = 0;
  let trouble: Trouble | undefined;
  const door = createServer(async (request, response) => {
    const body = await text(request);
    lookUps++;
    if (trouble !== undefined) return void troubles[trouble](response);
    const { "content-type": type = "", "x-amz-target": target = "" } = request.headers;
    const answer = await fetch(server.url, {
      method: "POST",
      body,
      headers: { "content-type": type, "x-amz-target": String(target) },
    });
    response.writeHead(answer.status, { "content-type": type }).end(await answer.text());
  });

  beforeAll(async () => {
    server = await startSecretsManager({ file: join(mkdtempSync(join(tmpdir(), "refund-status-")), "secrets.json") });
    direct = localSecretsManager(server.url);
    door.listen(0, "127.0.0.1");
    await once(door, "listening");
    client = new SecretsManagerClient({
      endpoint: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    });
  });
  afterAll(async () => {
    door.closeAllConnections();
    door.close();
    await server.close();
  });
  beforeEach(() => {
    lookUps = 0;
    trouble = undefined;
  });

  return {
    /** The client of the code under test. */
    client: () => client,
    /** Look-ups that have come in since this test began. */
    lookUps: () => lookUps,
    /** From now on every look-up fails so; undefined ends the trouble. */
    setTrouble(next: Trouble | undefined) {
      trouble = next;
    },
    create: (Name: string, value: object | string) =>
      direct.send(
        new CreateSecretCommand({ Name, SecretString: typeof value === "string" ? value : JSON.stringify(value) }),
      ),
    put: (SecretId: string, value: object) =>
      direct.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(value) })),
    /** Deletes it at once, or marks it for deletion as Secrets Manager does by default. */
    remove: (SecretId: string, how: "at once" | "later") =>
      direct.send(
        new DeleteSecretCommand(
          how === "later" ? { SecretId, RecoveryWindowInDays: 7 } : { SecretId, ForceDeleteWithoutRecovery: true },
        ),
      ),
  };
}
