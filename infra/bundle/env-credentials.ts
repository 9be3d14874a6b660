import { fromEnv } from "@aws-sdk/credential-provider-env";

/**
 * In place of @aws-sdk/credential-provider-node: Lambda always hands credentials over in the environment, and the providers
 * for every other place are 130 KB of cold start.
 */
export const defaultProvider = fromEnv;
