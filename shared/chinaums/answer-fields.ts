import * as z from "zod/mini";

/** A text member; numbers are taken as text, and anything else, or nothing, as absent. */
const text = member((value) => {
  if (typeof value === "string") return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
});

/** An amount in fen, as a JSON number or as a string of digits; what is not an exact integer is taken as absent. */
const fen = member((value) => {
  const amount = typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(amount) ? (amount as number) : undefined;
});

/** Reads one member whatever it is; `z.catch` would do the same for 10 KB of cold start. */
function member<T>(read: (value: unknown) => T | undefined) {
  return z.optional(z.pipe(z.unknown(), z.transform(read)));
}

/**
 * The documented members of an answer, in the page's order. Only `errCode` can be relied on, members marked required may be
 * missing, undocumented ones appear; each is read by itself, so that one odd value does not cost the others.
 */
export const answerSchema = z.object({
  errCode: text,
  errMsg: text,
  errInfo: text,
  responseTimeStamp: text,
  responseTimestamp: text,
  mid: text,
  tid: text,
  refundMerchantContribute: fen,
  refundOtherContribute: fen,
  msgId: text,
  srcReserve: text,
  refundStatus: text,
  refundOrderId: text,
  refundTargetOrderId: text,
  seqId: text,
  settleRefId: text,
  status: text,
  totalAmount: fen,
  merName: text,
  merOrderId: text,
  targetOrderId: text,
  targetSys: text,
  targetStatus: text,
  targetMid: text,
  bankCardNo: text,
  bankInfo: text,
  refundFunds: text,
  refundFundsDesc: text,
  payTime: text,
  settleDate: text,
  refundInvoiceAmount: fen,
  yxlmAmount: fen,
  sendBackAmount: fen,
});

/** The names of the members, in an order that answers are kept by: a new one goes to the end. */
export const answerMembers: readonly string[] = Object.keys(answerSchema.shape);

export type UpstreamAnswer = z.infer<typeof answerSchema>;

/** `622848*********1234`: what may be kept and shown of a card number; one that is masked already is left as it is. */
export function maskCards(text: string): string {
  return text.replace(/\d(?:[ -]?\d){12,18}/g, (card) => {
    const digits = card.replace(/\D/g, "");
    return digits.slice(0, 6) + "*".repeat(digits.length - 10) + digits.slice(-4);
  });
}
