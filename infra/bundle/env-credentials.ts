import { fromEnv } from "@aws-sdk/credential-provider-env";

/**
 * In place of @aws-sdk/credential-provider-node: Lambda always puts the credentials into the environment. The providers for
 * all other places are 141 KB, which every cold start would read.
 */
export const defaultProvider = fromEnv;
