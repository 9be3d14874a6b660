import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { clientSettings } from "./client-settings.ts";
import { tunedClient } from "./tuned-client.ts";

/** A client of Secrets Manager as the functions use it. `maxSockets` is the most connections that it opens at once. */
export function createSecretsClient(maxSockets: number): SecretsManagerClient {
  return tunedClient(new SecretsManagerClient(clientSettings(maxSockets)));
}
