import * as z from "zod/mini";
import { serviceEnv } from "../service-env.ts";

/** The environment of the function that the schedule calls. */
export const refundRecheckEnvSchema = z.object({
  ...serviceEnv,
  /** Checks that one invocation has under way at once, 1 to 1000. */
  CONCURRENCY: z.string().check(z.regex(/^([1-9]\d{0,2}|1000)$/)),
});
