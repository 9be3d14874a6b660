import { isTime, maskCards } from "../mask-cards.ts";
import { fen, text, textOfLength } from "../read-value.ts";

/** Text for people, or about an account, card numbers masked. */
function masked(value: unknown): string | undefined {
  const said = text(value);
  return said && maskCards(said);
}

/** A time. What has not the form of one is masked like any other text. */
function time(value: unknown): string | undefined {
  const said = text(value);
  return said && (isTime(said) ? said : maskCards(said));
}

/**
 * The documented members of an answer, in the page's order, with the name that each is stored under and how it is read.
 * A stored name stands for its member for ever, because answers outlive the code: never change one, never use it again.
 */
const members = {
  errCode: { stored: "ec", read: masked },
  errMsg: { stored: "em", read: masked },
  errInfo: { stored: "ei", read: masked },
  responseTimeStamp: { stored: "rt", read: time },
  responseTimestamp: { stored: "rtl", read: time },
  mid: { stored: "mid", read: textOfLength(15) },
  tid: { stored: "tid", read: textOfLength(8) },
  refundMerchantContribute: { stored: "rmc", read: fen },
  refundOtherContribute: { stored: "roc", read: fen },
  refundStatus: { stored: "rs", read: masked },
  refundOrderId: { stored: "ro", read: text },
  refundTargetOrderId: { stored: "rto", read: text },
  seqId: { stored: "sq", read: text },
  settleRefId: { stored: "sr", read: text },
  status: { stored: "st", read: masked },
  totalAmount: { stored: "ta", read: fen },
  merName: { stored: "mn", read: masked },
  merOrderId: { stored: "mo", read: text },
  targetOrderId: { stored: "to", read: text },
  targetSys: { stored: "ty", read: masked },
  targetStatus: { stored: "ts", read: masked },
  targetMid: { stored: "tm", read: text },
  bankCardNo: { stored: "bc", read: masked },
  bankInfo: { stored: "bi", read: masked },
  refundFunds: { stored: "rf", read: masked },
  refundFundsDesc: { stored: "rfd", read: masked },
  payTime: { stored: "pt", read: time },
  settleDate: { stored: "sd", read: time },
  refundInvoiceAmount: { stored: "ria", read: fen },
  yxlmAmount: { stored: "ya", read: fen },
  sendBackAmount: { stored: "sba", read: fen },
} as const satisfies Record<string, { stored: string; read: (value: unknown) => string | number | undefined }>;

export type AnswerMember = keyof typeof members;

/** What an answer says, card numbers masked; a member that it does not have is undefined. */
export type UpstreamAnswer = { readonly [Name in AnswerMember]: ReturnType<(typeof members)[Name]["read"]> };

/** The names of the members, in the page's order. */
export const answerMembers: readonly string[] = Object.keys(members);

/** The short name that each member is stored under. */
export const storedNames = Object.entries(members).map(([name, { stored }]) => [name, stored] as const);

/**
 * Reads every documented member by itself, so that one odd value does not cost the others. Only `errCode` can be relied on,
 * and undocumented members are dropped.
 *
 * It is written out, because an object that grows by computed names takes twice as long to make and to copy. The types let
 * no member of the table be missing here.
 */
export function readMembers(said: Readonly<Record<string, unknown>>): UpstreamAnswer {
  return {
    errCode: members.errCode.read(said.errCode),
    errMsg: members.errMsg.read(said.errMsg),
    errInfo: members.errInfo.read(said.errInfo),
    responseTimeStamp: members.responseTimeStamp.read(said.responseTimeStamp),
    responseTimestamp: members.responseTimestamp.read(said.responseTimestamp),
    mid: members.mid.read(said.mid),
    tid: members.tid.read(said.tid),
    refundMerchantContribute: members.refundMerchantContribute.read(said.refundMerchantContribute),
    refundOtherContribute: members.refundOtherContribute.read(said.refundOtherContribute),
    refundStatus: members.refundStatus.read(said.refundStatus),
    refundOrderId: members.refundOrderId.read(said.refundOrderId),
    refundTargetOrderId: members.refundTargetOrderId.read(said.refundTargetOrderId),
    seqId: members.seqId.read(said.seqId),
    settleRefId: members.settleRefId.read(said.settleRefId),
    status: members.status.read(said.status),
    totalAmount: members.totalAmount.read(said.totalAmount),
    merName: members.merName.read(said.merName),
    merOrderId: members.merOrderId.read(said.merOrderId),
    targetOrderId: members.targetOrderId.read(said.targetOrderId),
    targetSys: members.targetSys.read(said.targetSys),
    targetStatus: members.targetStatus.read(said.targetStatus),
    targetMid: members.targetMid.read(said.targetMid),
    bankCardNo: members.bankCardNo.read(said.bankCardNo),
    bankInfo: members.bankInfo.read(said.bankInfo),
    refundFunds: members.refundFunds.read(said.refundFunds),
    refundFundsDesc: members.refundFundsDesc.read(said.refundFundsDesc),
    payTime: members.payTime.read(said.payTime),
    settleDate: members.settleDate.read(said.settleDate),
    refundInvoiceAmount: members.refundInvoiceAmount.read(said.refundInvoiceAmount),
    yxlmAmount: members.yxlmAmount.read(said.yxlmAmount),
    sendBackAmount: members.sendBackAmount.read(said.sendBackAmount),
  };
}
