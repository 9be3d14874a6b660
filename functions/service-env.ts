import * as z from "zod/mini";

const filled = z.string().check(z.minLength(1));

/** Of https; plain http only to this machine, for the local run. */
const upstreamBaseUrl = z
  .string()
  .check(
    z.refine((url) => URL.canParse(url) && /^(https:\/\/|http:\/\/(127\.0\.0\.1|\[::1\]|localhost)([:/]|$))/.test(url)),
  );

/** What every function that asks ChinaUMS needs to be told. Every value is text, as an environment has it. */
export const serviceEnv = {
  /** Names the deployment in metrics. */
  STAGE: filled,
  TABLE_NAME: filled,
  /** Name or ARN of the secret with the platform's own pair. */
  PLATFORM_SECRET_ID: filled,
  UPSTREAM_BASE_URL: upstreamBaseUrl,
  /** Waits between looks at a refund that exists, such as `1m*5 5m 10m`. */
  OPEN_LADDER: filled,
  /** Waits between looks at a refund that ChinaUMS does not know. */
  NOT_FOUND_LADDER: filled,
  /** Partitions of the due index that new due times are spread over, 1 to 16. */
  SHARDS: z.string().check(z.regex(/^([1-9]|1[0-6])$/)),
};
