// Made from docs/openapi.yaml by `npm run contract`.

/** What names a refund. A merchant has either a product, `instMid`, or a system, `systemId`. */
export type WatchedRefund = {
  /** The refund's own order number (退货订单号), 6 to 32 visible ASCII characters. */
  readonly merOrderId: string;
  /** Merchant number, 15 letters or digits. A JSON number is read as its digits. */
  readonly mid: string | number;
  /** Terminal number, 8 letters or digits. A JSON number is read as its digits. */
  readonly tid: string | number;
} & (
  | {
      /** The product, such as `APPDEFAULT`; 1 to 32 letters, digits, `_`, `-`, `.`. */
      readonly instMid: string;
      readonly systemId?: null | undefined;
    }
  | {
      /** The product, such as `APPDEFAULT`; 1 to 32 letters, digits, `_`, `-`, `.`. */
      readonly systemId: string;
      readonly instMid?: null | undefined;
    }
);

/** What is asked about a refund. */
export type RefundQuestion = WatchedRefund & {
  /** Given back as it came, at most 64 characters. */
  readonly msgId?: string | number | null | undefined;
  /** Given back as it came, at most 255 characters. */
  readonly srcReserve?: string | null | undefined;
};

/** How far a refund has come. `final` is the one member to decide by. Once true, it never changes again. */
export type Recheck = {
  /** When ChinaUMS was last asked, whether or not it answered, or null before the first time. */
  readonly checkedAt: string | null;
  /** Checks so far, those that ChinaUMS refused not counted. */
  readonly attempts: number;
  /** `upstream`: this very request checked; `record`: taken from what is on record. */
  readonly source: "upstream" | "record";
  /** The number by which ChinaUMS's answer was matched to the refund; absent if none was. */
  readonly matchedBy?: "refundOrderId" | "merOrderId" | "msgId" | undefined;
} & (
  | {
      readonly final: true;
      readonly state: "succeeded" | "failed";
      readonly nextCheckAt: null;
      /** The refund's number in the answer that proved the end, if that had one. */
      readonly refundOrderId?: string | undefined;
    }
  | {
      readonly final: false;
      readonly state: "pending" | "needs_review";
      /** When the refund is due to be checked again, or null when only a person checks again. */
      readonly nextCheckAt: string | null;
      /** By when nine in ten refunds of this product were final; absent where too few are on record. It promises nothing. */
      readonly expectedBy?: string | undefined;
    }
);

/** What ChinaUMS documents of an answer, as far as it was there. Its times are Beijing wall time, and card numbers are masked. */
export type AnswerMembers = {
  /** ChinaUMS's own. `SUCCESS` says that the question was answered, not that the refund succeeded. */
  readonly errCode?: string | undefined;
  /** What the business system says. */
  readonly errMsg?: string | undefined;
  /** What the gateway says. */
  readonly errInfo?: string | undefined;
  /** The time of the answer, as ChinaUMS's page spells it. */
  readonly responseTimeStamp?: string | undefined;
  /** The time of the answer, as ChinaUMS sends it. */
  readonly responseTimestamp?: string | undefined;
  /** Merchant number. */
  readonly mid?: string | undefined;
  /** Terminal number. */
  readonly tid?: string | undefined;
  /** The merchant's part of a discount that is refunded (商户优惠退款金额), in fen. */
  readonly refundMerchantContribute?: number | undefined;
  /** The others' part of a discount that is refunded (其他优惠退款金额), in fen. */
  readonly refundOtherContribute?: number | undefined;
  /** `SUCCESS` and `FAIL` only if final; `PROCESSING`, `UNKNOWN` or any other word if not. */
  readonly refundStatus?: string | undefined;
  /** The refund's order number (退货订单号). */
  readonly refundOrderId?: string | undefined;
  /** The channel's number of the refund. */
  readonly refundTargetOrderId?: string | undefined;
  /** ChinaUMS's number of the transaction. */
  readonly seqId?: string | undefined;
  /** The reference number of the settlement. */
  readonly settleRefId?: string | undefined;
  /** How the payment stands, and not the refund. */
  readonly status?: string | undefined;
  /** The amount, in fen; 12400 is ¥124.00. */
  readonly totalAmount?: number | undefined;
  /** The merchant's name. */
  readonly merName?: string | undefined;
  /** The merchant's order number, usually the payment's. */
  readonly merOrderId?: string | undefined;
  /** The channel's number of the payment. */
  readonly targetOrderId?: string | undefined;
  /** The channel, such as `WXPay`. */
  readonly targetSys?: string | undefined;
  /** The channel's own text of how the payment stands. */
  readonly targetStatus?: string | undefined;
  /** The merchant's number at the channel. */
  readonly targetMid?: string | undefined;
  /** The card, masked. */
  readonly bankCardNo?: string | undefined;
  /** The bank. */
  readonly bankInfo?: string | undefined;
  /** Where the money comes from, by amount. */
  readonly refundFunds?: string | undefined;
  /** The same in words. */
  readonly refundFundsDesc?: string | undefined;
  /** When the payment was made. */
  readonly payTime?: string | undefined;
  /** The day of the settlement. */
  readonly settleDate?: string | undefined;
  /** What was refunded to the customer in money, in fen. */
  readonly refundInvoiceAmount?: number | undefined;
  /** The part of 营销联盟 discounts, in fen. */
  readonly yxlmAmount?: number | undefined;
  /** What was given back, in fen. */
  readonly sendBackAmount?: number | undefined;
};

/** The answer to a query: ChinaUMS's members, the two that are given back, and `recheck`. */
export type RefundAnswer = AnswerMembers & {
  readonly errCode: string;
  readonly msgId?: string | undefined;
  readonly srcReserve?: string | undefined;
  readonly recheck: Recheck;
};

/** A member of a request that is wrong, and what it must be. */
export type WrongField = {
  readonly field: string;
  readonly message: string;
};

/** By which of its two names a refund's product is called. */
export type Product =
  | {
      /** The product, such as `APPDEFAULT`; 1 to 32 letters, digits, `_`, `-`, `.`. */
      readonly instMid: string;
      readonly systemId?: never;
    }
  | {
      /** The product, such as `APPDEFAULT`; 1 to 32 letters, digits, `_`, `-`, `.`. */
      readonly systemId: string;
      readonly instMid?: never;
    };

/** A refund that is on record. `created`: it is checked from now on; `known`: it was on record already. */
export type RegisteredRefund = Product & {
  readonly merOrderId: string;
  readonly mid: string;
  readonly result: "created" | "known";
  readonly recheck: Recheck;
};

/** A refund that was not registered, by what named it, as far as that could be read. */
export type RefusedRefund = {
  readonly merOrderId?: string | undefined;
  readonly mid?: string | undefined;
  readonly instMid?: string | undefined;
  readonly systemId?: string | undefined;
  readonly result: "refused";
  readonly errors: readonly WrongField[];
};

/** What became of one refund of a `watch` call. */
export type WatchResult = RegisteredRefund | RefusedRefund;

/** One for each refund, in the order in which they were given. */
export type WatchAnswer = {
  readonly refunds: readonly WatchResult[];
};

/** From where the feed is read. Without anything, it begins with the oldest event. */
export type ChangesQuestion = {
  /** That of an earlier answer. It can be kept for ever. */
  readonly cursor?: string | null | undefined;
  /** An instant in ISO 8601 with an offset. It counts if there is no cursor. Events of the minute before may come too. */
  readonly since?: string | null | undefined;
  /** How many events at most, 100 if not given. */
  readonly limit?: number | null | undefined;
};

/** The events of a page, oldest first, and the cursor to ask for the next page with. */
export type ChangesAnswer = {
  readonly events: readonly RefundEvent[];
  readonly cursor: string;
};

/** The refund as it was when this happened. */
export type EventData = Product & {
  readonly mid: string;
  readonly merOrderId: string;
  readonly tid: string;
  readonly state: "succeeded" | "failed" | "needs_review";
  /** Grows with each event of the same refund, so that a late older event can be told. */
  readonly sequence: number;
  /** When ChinaUMS was last asked, or null before the first time. */
  readonly checkedAt: string | null;
  readonly answer?: AnswerMembers | undefined;
};

/** That a refund has ended, or needs a person. */
export type EventContent = {
  /** What has happened. Ignore one that you do not know. */
  readonly type: "refund.succeeded" | "refund.failed" | "refund.needs_review";
  /** When the refund came to its state, ISO 8601 in UTC. */
  readonly timestamp: string;
  readonly data: EventData;
};

/** An event. The feed and the webhook give it alike; the webhook has the id in a header. */
export type RefundEvent = EventContent & {
  /** The same in the feed and in each try of the webhook: an event whose id was handled before is to be ignored. */
  readonly id: string;
};
