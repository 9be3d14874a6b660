import * as z from "zod/mini";
import { partnerEnv, serviceEnv } from "../service-env.ts";

/** The environment of the partners' function. */
export const refundQueryEnvSchema = z.object({ ...serviceEnv, ...partnerEnv });
