import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

type Agent = { readonly freeSockets?: NodeJS.ReadOnlyDict<readonly { destroy(): unknown }[]> };
type Agents = { readonly httpAgent?: Agent; readonly httpsAgent?: Agent };

/**
 * What the SDK does otherwise than a function wants it.
 *
 * All idle connections are given up once one of them proves dead: after a freeze of the function they all are, and the SDK
 * would spend each of its few tries on another of them. And two things are not made up for every call, a fifth of its CPU:
 * an account of it for a logger that nobody has set, and a header with the SDK's own features for AWS's statistics.
 */
export function tunedClient<Client extends DynamoDBClient | SecretsManagerClient>(client: Client): Client {
  const { middlewareStack, config } = client as DynamoDBClient;
  const handler = config.requestHandler as { httpHandlerConfigs?: () => Agents };
  middlewareStack.remove("loggerMiddleware");
  middlewareStack.remove("getUserAgentMiddleware");
  middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (isClosed(error)) dropIdle(handler.httpHandlerConfigs?.() ?? {});
        throw error;
      }
    },
    // Within the SDK's retries, which then open a new connection.
    { name: "dropDeadConnections", step: "deserialize", priority: "low" },
  );
  return client;
}

function isClosed(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ECONNRESET" || code === "EPIPE";
}

function dropIdle({ httpAgent, httpsAgent }: Agents): void {
  for (const agent of [httpAgent, httpsAgent]) {
    for (const socket of Object.values(agent?.freeSockets ?? {}).flat()) socket?.destroy();
  }
}
