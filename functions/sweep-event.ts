import * as z from "zod/mini";

/** What a schedule says: which shards of the due index an invocation sweeps. */
export const sweepEventSchema = z.object({
  shards: z.array(z.string().check(z.regex(/^([0-9]|1[0-5])$/))).check(z.minLength(1), z.maxLength(16)),
});
