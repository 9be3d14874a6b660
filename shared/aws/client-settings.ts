import { awsCallLimits } from "./call-limits.ts";

/** What an AWS client is made with. `maxSockets` is the most connections that it opens at once. */
export function clientSettings(maxSockets: number) {
  const agent = { maxSockets };
  return {
    maxAttempts: awsCallLimits.maxAttempts,
    requestHandler: {
      connectionTimeout: awsCallLimits.connectionTimeoutMs,
      requestTimeout: awsCallLimits.requestTimeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
  };
}
