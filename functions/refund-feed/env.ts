import * as z from "zod/mini";
import { baseEnv, partnerEnv } from "../service-env.ts";

/** The environment of the function by which partners register refunds and read their feeds. */
export const refundFeedEnvSchema = z.object({ ...baseEnv, ...partnerEnv });
