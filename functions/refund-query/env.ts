import * as z from "zod/mini";
import { serviceEnv } from "../service-env.ts";

/** The environment of the partners' function. */
export const refundQueryEnvSchema = z.object({
  ...serviceEnv,
  /** What the names of the partners' secrets begin with; the AppId follows. */
  PARTNER_SECRET_PREFIX: z.string().check(z.minLength(1)),
});
