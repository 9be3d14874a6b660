import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { awsCallLimits } from "./client-settings.ts";

type Agent = { readonly freeSockets?: NodeJS.ReadOnlyDict<readonly { destroy(): unknown }[]> };
type Agents = { readonly httpAgent?: Agent; readonly httpsAgent?: Agent };

/** A call of AWS was given up. It may still have been carried out. */
export class CallTimeoutError extends Error {
  override readonly name = "CallTimeoutError";
  readonly code = "AWS_CALL_TIMEOUT";
}

/**
 * Changes what the SDK does otherwise than a function needs it, and gives the client back.
 *
 * - A call ends after `callMs` with all its tries ({@link CallTimeoutError}), because the SDK bounds the single try only, and
 *   not the reading of its answer.
 * - All idle connections are dropped once one of them proves dead. After a freeze of the function they all are, and the SDK
 *   would spend each of its few tries on another of them.
 * - Two things are no longer made for every call, because they cost a fifth of its CPU: an account of it for a logger that
 *   nobody has set, and a header with the SDK's own features for AWS's statistics.
 */
export function tunedClient<Client extends DynamoDBClient | SecretsManagerClient>(client: Client): Client {
  const { middlewareStack, config } = client as DynamoDBClient;
  const handler = config.requestHandler as { httpHandlerConfigs?: () => Agents };
  middlewareStack.remove("loggerMiddleware");
  middlewareStack.remove("getUserAgentMiddleware");
  middlewareStack.add((next) => (args) => withinMs(awsCallLimits.callMs, next(args)), {
    name: "boundCall",
    step: "initialize",
    priority: "high",
  });
  middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (isDead(error)) dropIdle(handler.httpHandlerConfigs?.() ?? {});
        throw error;
      }
    },
    // Within the SDK's retries, which then open a new connection.
    { name: "dropDeadConnections", step: "deserialize", priority: "low" },
  );
  return client;
}

/**
 * Gives what `call` gives, if it does so within `limitMs`.
 * @throws {CallTimeoutError} after that; what the call still does goes unheard
 */
function withinMs<T>(limitMs: number, call: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new CallTimeoutError(`no answer within ${limitMs} ms`)), limitMs);
    call.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

/** A peer that has forgotten the connection resets it; a network that has forgotten it says nothing at all. */
function isDead(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ECONNRESET" || code === "EPIPE" || code === "ETIMEDOUT";
}

function dropIdle({ httpAgent, httpsAgent }: Agents): void {
  for (const agent of [httpAgent, httpsAgent]) {
    for (const socket of Object.values(agent?.freeSockets ?? {}).flat()) socket?.destroy();
  }
}
