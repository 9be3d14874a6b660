import * as z from "zod/mini";

const filled = z.string().check(z.minLength(1));

/** This machine, a private network, or the machine that a container runs on. */
const nearby =
  /^http:\/\/(localhost|host\.docker\.internal|127\.\d+\.\d+\.\d+|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(1[6-9]|2\d|3[01])\.\d+\.\d+|\[::1\])([:/]|$)/;
/** Must be https. Plain http is for the local run and emulators, so it is accepted for nearby hosts only. */
export const upstreamBaseUrl = z
  .string()
  .check(z.refine((url) => URL.canParse(url) && (url.startsWith("https://") || nearby.test(url))));

/** The variables of every function. Every value is text, as an environment has it. */
export const baseEnv = {
  /** The name of the deployment in metrics. */
  STAGE: filled,
  TABLE_NAME: filled,
  /** How many partitions of the due index new due times are spread over, 1 to 16. */
  SHARDS: z.string().check(z.regex(/^([1-9]|1[0-6])$/)),
};

const baseEnvSchema = z.object(baseEnv);
export type BaseEnv = z.infer<typeof baseEnvSchema>;

/** The variables of every function that checks refunds at ChinaUMS. */
export const serviceEnv = {
  ...baseEnv,
  /** Name or ARN of the secret with the platform's own pair. */
  PLATFORM_SECRET_ID: filled,
  UPSTREAM_BASE_URL: upstreamBaseUrl,
  /** How our calls are authenticated to ChinaUMS: by a signature over each body, or by an access token. */
  UPSTREAM_AUTH: z.enum(["body-sig", "access-token"]),
  /** Which of ChinaUMS's two token calls is made. */
  TOKEN_VERSION: z.enum(["v1", "v2"]),
  /** The form of the token in the header: as documented, or without quotes and AppId. */
  TOKEN_HEADER: z.enum(["quoted", "unquoted"]),
  /** True if bodies are sent to ChinaUMS as `{"data": {…}}`. */
  NEED_DATA_TAG: z.enum(["true", "false"]),
  /** Waits between checks of a refund that exists, such as `1m*5 5m 10m`. */
  OPEN_LADDER: filled,
  /** Waits between checks of a refund that ChinaUMS does not know. */
  NOT_FOUND_LADDER: filled,
  /** Waits in place of OPEN_LADDER for products that have their own, as JSON by `instMid`. */
  PRODUCT_LADDERS: filled,
};

const serviceEnvSchema = z.object(serviceEnv);
export type ServiceEnv = z.infer<typeof serviceEnvSchema>;

/** The variables of every function that partners call. */
export const partnerEnv = {
  /** What the names of the partners' secrets begin with; the AppId follows. */
  PARTNER_SECRET_PREFIX: filled,
  /** Requests of one partner in a second in the long run, and at once after a rest, unless its secret says otherwise. */
  PARTNER_PER_SECOND: z.string().check(z.regex(/^[1-9]\d{0,3}$/)),
  PARTNER_BURST: z.string().check(z.regex(/^[1-9]\d{0,4}$/)),
  /** How long nine in ten refunds of a product take, such as `3h`, as JSON by `instMid`. */
  EXPECTED_WAITS: filled,
};
