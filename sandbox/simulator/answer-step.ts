import * as z from "zod";

/**
 * How one call is answered; every member is optional and they combine. `{}` is a refund that succeeded.
 *
 * - `refundStatus`: the answer in full, with this word.
 * - `errCode`, `errMsg`, `errInfo`: without `refundStatus` the short answer of a fault: HTTP 412 with `errInfo` for the
 *   gateway's codes (1000, 1001, 9001, 9200, 9999), HTTP 200 with `errMsg` for any other. With `refundStatus` the answer in
 *   full that carries this code, which no client may take for an outcome.
 * - `dialect`: the full answer as the live platform writes it ("live", which is the default) or as its page prints it
 *   ("page"): amounts as strings, `responseTimeStamp`, and the number that was asked in `merOrderId`.
 * - `body`: exactly this JSON, instead of all the above. `raw`: exactly this text, instead of `body`.
 * - `fields`: members to set in the answer, or to remove (null). A `body` that is no object, and `raw`, have no members.
 * - `httpStatus`: the status, whatever else is said.
 * - `delayMs`: the answer, or the reset, comes this much later.
 * - `reset`: a TCP reset instead of any answer.
 */
export const answerStepSchema = z.strictObject({
  refundStatus: z.string().optional(),
  errCode: z.string().optional(),
  errMsg: z.string().optional(),
  errInfo: z.string().optional(),
  dialect: z.enum(["live", "page"]).optional(),
  httpStatus: z.int().min(200).max(599).optional(),
  body: z.unknown().optional(),
  raw: z.string().optional(),
  fields: z.record(z.string(), z.unknown()).optional(),
  delayMs: z.int().min(0).max(2_147_483_647).optional(), // The longest timer that Node has, 24 days.
  reset: z.boolean().optional(),
});

export type AnswerStep = z.infer<typeof answerStepSchema>;

/** One call consumes one step, and the last step answers all further calls: so there is always at least one. */
export const answerScriptSchema = z.strictObject({ answers: z.array(answerStepSchema).min(1) });
