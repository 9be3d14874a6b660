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

/** A text member that may hold a card number. */
function masked(value: unknown): string | undefined {
  const said = text(value);
  return said && maskCards(said);
}

/**
 * The documented members of an answer, in the page's order. Only `errCode` can be relied on, members marked required may be
 * missing, undocumented ones appear; each is read by itself, so that one odd value does not cost the others. Nothing is
 * refused here, so that a schema would only be slower, and so would a loop: objects that grow by computed names are slow to
 * read and to copy.
 */
function membersOf(said: Readonly<Record<string, unknown>>) {
  return {
    errCode: text(said.errCode),
    errMsg: text(said.errMsg),
    errInfo: text(said.errInfo),
    responseTimeStamp: text(said.responseTimeStamp),
    responseTimestamp: text(said.responseTimestamp),
    mid: text(said.mid),
    tid: text(said.tid),
    refundMerchantContribute: fen(said.refundMerchantContribute),
    refundOtherContribute: fen(said.refundOtherContribute),
    msgId: text(said.msgId),
    srcReserve: text(said.srcReserve),
    refundStatus: text(said.refundStatus),
    refundOrderId: text(said.refundOrderId),
    refundTargetOrderId: text(said.refundTargetOrderId),
    seqId: text(said.seqId),
    settleRefId: text(said.settleRefId),
    status: text(said.status),
    totalAmount: fen(said.totalAmount),
    merName: text(said.merName),
    merOrderId: text(said.merOrderId),
    targetOrderId: text(said.targetOrderId),
    targetSys: text(said.targetSys),
    targetStatus: text(said.targetStatus),
    targetMid: text(said.targetMid),
    bankCardNo: masked(said.bankCardNo),
    bankInfo: masked(said.bankInfo),
    refundFunds: masked(said.refundFunds),
    refundFundsDesc: masked(said.refundFundsDesc),
    payTime: text(said.payTime),
    settleDate: text(said.settleDate),
    refundInvoiceAmount: fen(said.refundInvoiceAmount),
    yxlmAmount: fen(said.yxlmAmount),
    sendBackAmount: fen(said.sendBackAmount),
  };
}

/** The names of the members, in an order that answers are kept by: a new one goes to the end. */
export const answerMembers: readonly string[] = Object.keys(membersOf({}));

/** What an answer says, card numbers masked; a member that it does not have is undefined. */
export type UpstreamAnswer = Readonly<ReturnType<typeof membersOf>>;

/** The documented members of an answer, in the page's order, or undefined where it is no JSON object. */
export function readMembers(json: unknown): UpstreamAnswer | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  return membersOf(json as Record<string, unknown>);
}

/** `622848*********1234`: what may be kept and shown of a card number; one that is masked already is left as it is. */
export function maskCards(text: string): string {
  return text.replace(/\d(?:[ -]?\d){12,18}/g, (card) => {
    const digits = card.replace(/\D/g, "");
    return digits.slice(0, 6) + "*".repeat(digits.length - 10) + digits.slice(-4);
  });
}
