/**
 * How long calls of AWS may take, in ms. Its services answer in milliseconds, so a call that takes seconds is lost, and
 * another try goes better than a longer wait. All tries and the waits between them fit into `callMs`, below 4 s.
 */
export const awsCallLimits = {
  /** Opening a connection, within one try. */
  connectionTimeoutMs: 1_000,
  /** One try, until its answer begins. */
  requestTimeoutMs: 1_100,
  maxAttempts: 3,
  /** One call with all its tries, until its answer has been read. */
  callMs: 3_800,
} as const;

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
