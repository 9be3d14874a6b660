import * as z from "zod/mini";
import { serviceEnv } from "../service-env.ts";

/** The environment of the function; the construct that deploys it has the same type. */
export const refundRecheckEnvSchema = z.object({
  ...serviceEnv,
  /** Questions put to ChinaUMS at once by one invocation, 1 to 1000. */
  CONCURRENCY: z.string().check(z.regex(/^([1-9]\d{0,2}|1000)$/)),
});

export type RefundRecheckEnv = z.infer<typeof refundRecheckEnvSchema>;
