import { localCredentials, localRegion } from "../tools/local-aws.ts";
import type { LocalFunction } from "./stack/local-stack.ts";

export type Endpoints = { readonly dynamodb: string; readonly secretsManager: string };

/** The environment as deployed. Only the addresses of AWS and ChinaUMS differ, and the ladder if one is given. */
export function functionEnvironment(
  deployed: LocalFunction,
  endpoints: Endpoints,
  upstreamUrl: string,
  ladder: string | undefined,
): Record<string, string> {
  return {
    ...deployed.environment,
    UPSTREAM_BASE_URL: upstreamUrl,
    ...(ladder !== undefined && { OPEN_LADDER: ladder, NOT_FOUND_LADDER: ladder }),
    AWS_LAMBDA_FUNCTION_NAME: deployed.lambdaName,
    AWS_REGION: localRegion,
    AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
  };
}
