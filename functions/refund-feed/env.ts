import * as z from "zod/mini";
import { baseEnv } from "../service-env.ts";

/** The environment of the function by which partners register refunds and read their feeds. */
export const refundFeedEnvSchema = z.object({
  ...baseEnv,
  /** What the names of the partners' secrets begin with; the AppId follows. */
  PARTNER_SECRET_PREFIX: z.string().check(z.minLength(1)),
});
