import type { Reading } from "../refund/reading.ts";

/** What an errCode other than `SUCCESS` tells about a refund. None of them can end one: a failed query is not a failed refund. */
type NonFinal = Exclude<Reading, { kind: "settled" } | { kind: "processing" }>;

const notFound: NonFinal = { kind: "not_found" };
const transient: NonFinal = { kind: "unclear", cause: "transient" };
const locked: NonFinal = { kind: "unclear", cause: "locked" };
const credentials: NonFinal = { kind: "blocked", by: "credentials" };
const configuration: NonFinal = { kind: "blocked", by: "configuration" };
const request: NonFinal = { kind: "blocked", by: "request" };

/** Every code that the platform documents or that has been seen; docs/protocol.md says which is which. */
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
    // Their spelling; the right one is read as well, for the day they mend it.
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

/** The reading of an errCode that is not `SUCCESS`; total, and unfamiliar stays unclear. */
export function readErrCode(errCode: string): NonFinal {
  return readingByCode.get(errCode) ?? { kind: "unclear", cause: "unfamiliar" };
}

/** Codes with which the platform says that it did not accept our signature, so that a newer key is worth a try. */
export function isKeyRejected(errCode: string | undefined): boolean {
  return errCode === "1000" || errCode === "BAD_SIGN";
}

/** Seen with HTTP 412 on a quarter of the calls to the test environment, and gone a second later. */
export function isGoneSecondsLater(errCode: string | undefined): boolean {
  return errCode === "9200";
}

/** The code or word itself if it has the form of one, so that free text, numbers and names never reach a log. */
export function codeForm(word: string | undefined): string | undefined {
  return word !== undefined && /^(?:[A-Z][A-Z_]{1,39}|\d{4})$/.test(word) ? word : undefined;
}
