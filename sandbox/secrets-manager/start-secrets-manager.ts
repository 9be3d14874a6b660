import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type LocalServer, startLocalServer } from "../local-server.ts";
import { CallLog } from "./call-log.ts";
import { operations } from "./operations.ts";
import { SecretCollection } from "./secret-collection.ts";
import { loadSecrets, saveSecrets } from "./secrets-file.ts";
import { SecretsManagerFault } from "./secrets-manager-fault.ts";

type Server = { secrets: SecretCollection; calls: CallLog; file: string };

/**
 * Starts a local server of the Secrets Manager API (JSON 1.1) on 127.0.0.1, at the given port or a free one. All secrets
 * are in the one file, in plain text, readable by its owner only: it is for local runs and tests. Credentials are not
 * checked. `GET /_control/calls` lists the calls, `DELETE /_control/calls` forgets them. `now` is in epoch milliseconds.
 * @throws an Error if the port is taken, or if the file is not one of this server's
 */
export async function startSecretsManager(options: {
  port?: number;
  file: string;
  now?: () => number;
}): Promise<LocalServer> {
  const secrets = new SecretCollection(loadSecrets(options.file), options.now ?? Date.now);
  const state: Server = { secrets, calls: new CallLog(), file: options.file };
  return await startLocalServer({
    port: options.port ?? 0,
    answer: (request, response) => void serve(request, response, state),
  });
}

async function serve(request: IncomingMessage, response: ServerResponse, state: Server): Promise<void> {
  const body = await text(request).catch(() => null);
  if (body === null) return; // The client went away in the middle of its request.
  const { status, answer } = answerRequest(request, body, state);
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() });
  response.end(JSON.stringify(answer));
}

function answerRequest(request: IncomingMessage, body: string, state: Server): { status: number; answer: object } {
  if (request.url === "/_control/calls") {
    if (request.method === "DELETE") state.calls.forget();
    return { status: 200, answer: { calls: state.calls.list() } };
  }
  try {
    return { status: 200, answer: perform(String(request.headers["x-amz-target"] ?? ""), body, state) };
  } catch (error) {
    if (error instanceof SecretsManagerFault) {
      return { status: 400, answer: { __type: error.name, Message: error.message } };
    }
    const Message = error instanceof Error ? error.message : String(error);
    return { status: 500, answer: { __type: "InternalServiceError", Message } };
  }
}

function perform(target: string, body: string, { secrets, calls, file }: Server): object {
  const name = target.replace(/^secretsmanager\./, "");
  const operation = operations.get(name);
  if (operation === undefined) throw new SecretsManagerFault("UnknownOperationException", `No operation ${target}.`);
  const request = parseJson(body);
  calls.record(name, request, secrets.now());
  const answer = operation.run(secrets, request);
  if (operation.changes) saveSecrets(file, secrets.all());
  return answer;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new SecretsManagerFault("SerializationException", "The request body is not JSON.");
  }
}
