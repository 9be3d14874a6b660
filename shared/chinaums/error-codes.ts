import type { Reading } from "../refund/reading.ts";

/** What an errCode other than `SUCCESS` tells. It cannot end a refund, because a failed query is not a failed refund. */
type NonFinal = Exclude<Reading, { kind: "settled" } | { kind: "processing" }>;

const notFound: NonFinal = { kind: "not_found" };
const transient: NonFinal = { kind: "unclear", cause: "transient" };
const locked: NonFinal = { kind: "unclear", cause: "locked" };
const credentials: NonFinal = { kind: "blocked", by: "credentials" };
const configuration: NonFinal = { kind: "blocked", by: "configuration" };
const request: NonFinal = { kind: "blocked", by: "request" };

/** Every code that is documented or was seen. docs/protocol.md says which is which. */
const readingByCode: ReadonlyMap<string, NonFinal> = new Map(
  Object.entries({
    "0000": { kind: "unclear", cause: "gateway" },
    "1000": credentials,
    "1001": credentials,
    "9001": configuration,
    "9999": { kind: "unclear", cause: "gateway" },
    "9200": { kind: "unclear", cause: "gateway" },
    INTERNAL_ERROR: transient,
    TIMEOUT: transient,
    NET_ERROR: transient,
    TXN_DISCARDED: transient,
    INVALID_RESPONSE: transient,
    SYSTEM_BUSY: transient,
    TARGET_FAIL: transient,
    ORDER_PROCESSING: locked,
    NO_ORDER: notFound,
    NO_BILL: notFound,
    NO_MERCHANT: configuration,
    INACTIVE_MERCHANT: configuration,
    // This is their spelling. The right one is read as well, because they may correct it.
    INVLID_MERCHANT_CONFIG: configuration,
    INVALID_MERCHANT_CONFIG: configuration,
    INVALID_MSGSRC: credentials,
    BAD_SIGN: credentials,
    DENIED_IP: credentials,
    NO_SERVICE: credentials,
    ABNORMAL_REQUEST_TIME: credentials,
    BAD_REQUEST: request,
    INVALID_ORDER: request,
    OPERATION_NOT_ALLOWED: request,
    NO_CROSS_DAY_TRADING: request,
    DUP_ORDER: request,
  } satisfies Record<string, NonFinal>),
);

/** The reading of an errCode that is not `SUCCESS`. A code that is not in the table is unclear. */
export function readErrCode(errCode: string): NonFinal {
  return readingByCode.get(errCode) ?? { kind: "unclear", cause: "unfamiliar" };
}

/** True if ChinaUMS did not accept our signature or token, so that a newer key may help. */
export function isKeyRejected(errCode: string | undefined): boolean {
  return errCode === "1000" || errCode === "BAD_SIGN";
}

/** True for the fault seen with HTTP 412 on a quarter of the calls to the test environment. It was gone a second later. */
export function isGoneSecondsLater(errCode: string | undefined): boolean {
  return errCode === "9200";
}

/** The code or word if it has the form of one, so that no free text, number or name reaches a log. */
export function codeForm(word: string | undefined): string | undefined {
  return word !== undefined && /^(?:[A-Z][A-Z_]{1,39}|\d{4})$/.test(word) ? word : undefined;
}
