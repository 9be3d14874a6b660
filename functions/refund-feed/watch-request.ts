import * as z from "zod/mini";
import { readFields, readJsonBody } from "../../shared/http/json-body.ts";
import { digitMembers, refundIn, refundObject } from "../../shared/http/refund-members.ts";
import type { WrongField } from "../../shared/http/wrong-field.ts";
import type { RefundIdentity } from "../../shared/refund/refund.ts";

/** So many refunds one request may register. */
export const maxRefunds = 100;

/** One refund of a request: what it names, or every field of it that is wrong beside what could be read. */
export type WatchItem =
  | { readonly refund: RefundIdentity & { readonly tid: string } }
  | { readonly wrong: readonly WrongField[]; readonly sent: unknown };

const message = `must be an array of 1 to ${maxRefunds} refunds`;
const watchSchema = z.object(
  { refunds: z.array(z.unknown(), { error: message }).check(z.refine(isOfSize, { error: message })) },
  { error: "must be a JSON object" },
);
const itemSchema = refundObject({});

function isOfSize(refunds: readonly unknown[]): boolean {
  return refunds.length >= 1 && refunds.length <= maxRefunds;
}

/** Reads the bytes of a request. What is wrong with one refund does not hinder the others. */
export function readWatchRequest(body: Uint8Array): readonly WatchItem[] | { readonly wrong: readonly WrongField[] } {
  const sent = readJsonBody(body, digitMembers);
  if ("wrong" in sent) return sent;
  const parsed = watchSchema.safeParse(sent.json);
  if (!parsed.success) {
    return { wrong: parsed.error.issues.map(({ path, message }) => ({ field: path.join(".") || "body", message })) };
  }
  return parsed.data.refunds.map((json): WatchItem => {
    const read = readFields(itemSchema, { text: sent.text, json });
    return "wrong" in read ? { wrong: read.wrong, sent: json } : { refund: refundIn(read.value) };
  });
}
