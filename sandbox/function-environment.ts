import { localCredentials, localRegion } from "../tools/local-aws.ts";
import type { LocalFunction } from "./stack/local-stack.ts";

export type Endpoints = { readonly dynamodb: string; readonly secretsManager: string };

/** What differs from a deployment, beside the addresses of AWS. */
export type LocalAddresses = {
  readonly upstreamUrl: string;
  /** The origins of this machine that webhooks may lead to. */
  readonly webhookLoopback: string;
  readonly ladder: string | undefined;
};

/** The environment as deployed. Only addresses differ, and the ladder if one is given. */
export function functionEnvironment(
  { environment, lambdaName }: LocalFunction,
  endpoints: Endpoints,
  { upstreamUrl, webhookLoopback, ladder }: LocalAddresses,
): Record<string, string> {
  const local = {
    UPSTREAM_BASE_URL: upstreamUrl,
    WEBHOOK_LOOPBACK: webhookLoopback,
    ...(ladder !== undefined && { OPEN_LADDER: ladder, NOT_FOUND_LADDER: ladder }),
  };
  return {
    ...environment,
    // A variable that is not deployed is not set here either.
    ...Object.fromEntries(Object.entries(local).filter(([name]) => name in environment)),
    AWS_LAMBDA_FUNCTION_NAME: lambdaName,
    AWS_REGION: localRegion,
    AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
  };
}
