/** A text member; numbers are taken as text, and anything else, or nothing, as absent. */
function text(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/** An amount in fen, as a JSON number or as a string of digits; what is not an exact integer is taken as absent. */
function fen(value: unknown): number | undefined {
  const amount = typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(amount) ? (amount as number) : undefined;
}

/**
 * The documented members of an answer, in the page's order. Only `errCode` can be relied on, members marked required may be
 * missing, undocumented ones appear; each is read by itself, so that one odd value does not cost the others. Nothing is
 * refused here, so that a schema would only be slower.
 */
const members = {
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
};

/** The names of the members, in an order that answers are kept by: a new one goes to the end. */
export const answerMembers: readonly string[] = Object.keys(members);

export type UpstreamAnswer = { readonly [Name in keyof typeof members]?: ReturnType<(typeof members)[Name]> };

const readers = Object.entries(members);

/** The documented members that an answer has, in the page's order, or undefined where it is no JSON object. */
export function readMembers(json: unknown): UpstreamAnswer | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  const said = json as Record<string, unknown>;
  const answer: Record<string, string | number> = {};
  for (const [name, read] of readers) {
    const value = Object.hasOwn(said, name) ? read(said[name]) : undefined;
    if (value !== undefined) answer[name] = value;
  }
  return answer;
}

/** `622848*********1234`: what may be kept and shown of a card number; one that is masked already is left as it is. */
export function maskCards(text: string): string {
  return text.replace(/\d(?:[ -]?\d){12,18}/g, (card) => {
    const digits = card.replace(/\D/g, "");
    return digits.slice(0, 6) + "*".repeat(digits.length - 10) + digits.slice(-4);
  });
}
