import * as z from "zod/mini";
import { baseEnv } from "../service-env.ts";

/** The environment of the function that tells partners. It has no part of the platform's secret. */
export const refundTellEnvSchema = z.object({
  ...baseEnv,
  /** What the names of the partners' secrets begin with; the AppId follows. */
  PARTNER_SECRET_PREFIX: z.string().check(z.minLength(1)),
  /** What the names of the secrets with the partners' webhooks begin with; the partner's id follows. */
  WEBHOOK_SECRET_PREFIX: z.string().check(z.minLength(1)),
  /** Origins of this machine that webhooks may be sent to; empty but in the local run. */
  WEBHOOK_LOOPBACK: z.string(),
  /** Webhooks that one invocation has under way at once, 1 to 1000. */
  CONCURRENCY: z.string().check(z.regex(/^([1-9]\d{0,2}|1000)$/)),
});
