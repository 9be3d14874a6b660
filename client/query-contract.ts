/** The numbers that a refund goes by. A merchant has either a product, `instMid`, or a system, `systemId`. */
export type RefundQuestion = {
  /** The refund's own order number (退货订单号), 6 to 32 visible ASCII characters. */
  readonly merOrderId: string;
  /** Merchant number, 15 letters or digits. */
  readonly mid: string;
  /** Terminal number, 8 letters or digits. */
  readonly tid: string;
  /** Given back as it came, at most 64 characters. */
  readonly msgId?: string | undefined;
  /** Given back as it came, at most 255 characters. */
  readonly srcReserve?: string | undefined;
} & (
  | { readonly instMid: string; readonly systemId?: undefined }
  | { readonly systemId: string; readonly instMid?: undefined }
);

type RecheckMembers = {
  /** When ChinaUMS was last asked: ISO 8601 in UTC, or null before the first time. */
  readonly checkedAt: string | null;
  readonly attempts: number;
  /** `upstream`: this very request checked; `record`: taken from what is on record. */
  readonly source: "upstream" | "record";
  /** The number by which ChinaUMS's answer was matched to the refund; absent if none was. */
  readonly matchedBy?: "refundOrderId" | "merOrderId" | "msgId";
};

/** How far a refund has come. `final` is the one member to decide by: once true, it never changes again. */
export type Recheck = RecheckMembers &
  (
    | {
        readonly final: true;
        readonly state: "succeeded" | "failed";
        readonly nextCheckAt: null;
        /** The refund's number in the answer that proved the end, if that had one. */
        readonly refundOrderId?: string;
      }
    | {
        readonly final: false;
        readonly state: "pending" | "needs_review";
        /** When the refund is due to be checked again, or null when only a person checks again. */
        readonly nextCheckAt: string | null;
        /** By when nine in ten refunds of this product were final; absent where too few are on record. It promises nothing. */
        readonly expectedBy?: string;
      }
  );

/** What ChinaUMS documents of an answer. Its times are Beijing wall time, and its amounts are in fen. */
export type AnswerMembers = Partial<Record<TextMember, string> & Record<FenMember, number>>;

type TextMember =
  | "errMsg"
  | "errInfo"
  | "responseTimeStamp"
  | "responseTimestamp"
  | "mid"
  | "tid"
  | "refundStatus"
  | "refundOrderId"
  | "refundTargetOrderId"
  | "seqId"
  | "settleRefId"
  | "status"
  | "merName"
  | "merOrderId"
  | "targetOrderId"
  | "targetSys"
  | "targetStatus"
  | "targetMid"
  | "bankCardNo"
  | "bankInfo"
  | "refundFunds"
  | "refundFundsDesc"
  | "payTime"
  | "settleDate";

/** Amounts, in fen. */
type FenMember =
  | "refundMerchantContribute"
  | "refundOtherContribute"
  | "totalAmount"
  | "refundInvoiceAmount"
  | "yxlmAmount"
  | "sendBackAmount";

/** The answer to a query: ChinaUMS's members, the two that are given back, and `recheck`. */
export type RefundAnswer = Readonly<AnswerMembers> & {
  /** ChinaUMS's own. `SUCCESS` says that the question was answered, not that the refund succeeded. */
  readonly errCode: string;
  readonly msgId?: string;
  readonly srcReserve?: string;
  readonly recheck: Recheck;
};
