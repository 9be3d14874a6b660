import * as z from "zod/mini";
import { isDashedBeijingTime, readCompactBeijingTime } from "../../../shared/chinaums/beijing-time.ts";
import { readFields, readJsonBody } from "../../../shared/http/json-body.ts";
import { digitMembers, refundIn, refundObject, requiredText } from "../../../shared/http/refund-members.ts";
import type { WrongField } from "../../../shared/http/wrong-field.ts";
import type { RefundIdentity } from "../../../shared/refund/refund.ts";

/** Counted in characters and not in bytes, so that Chinese text may be as long as any other. */
const atMost = (max: number) => {
  const what = `text of at most ${max} characters`;
  return z.optional(
    requiredText(what).check(z.refine((value) => [...value].length <= max, { error: `must be ${what}` })),
  );
};

const wallTime = "a Beijing time such as 2022-04-15 10:47:59 or 20220415104759";
const isWallTime = (text: string) => isDashedBeijingTime(text) || readCompactBeijingTime(text) !== undefined;

/** A partner's request has the members and limits of ChinaUMS's own. */
const refundQuerySchema = refundObject({
  requestTimestamp: requiredText(wallTime).check(z.refine(isWallTime, { error: `must be ${wallTime}` })),
  msgId: atMost(64),
  srcReserve: atMost(255),
});
const memberNames = ["requestTimestamp", "merOrderId", "instMid", "systemId", "mid", "tid", "msgId", "srcReserve"];

export type RefundQueryRequest = RefundIdentity & {
  readonly tid: string;
  readonly msgId?: string | undefined;
  readonly srcReserve?: string | undefined;
};

/** `inData` is true if the request came as `{"data": {…}}`. */
export type ReadRequest = { readonly inData: boolean } & (
  | { readonly request: RefundQueryRequest }
  | { readonly wrong: readonly WrongField[] }
);

/** Reads the bytes of a request, or names every field that is wrong. */
export function readRefundQueryRequest(body: Uint8Array): ReadRequest {
  const sent = readJsonBody(body, digitMembers);
  if ("wrong" in sent) return { ...sent, inData: false };
  const inData = isWrapped(sent.json);
  const read = readFields(refundQuerySchema, sent, inData);
  if ("wrong" in read) return { ...read, inData };
  const { msgId, srcReserve } = read.value;
  return { request: { ...refundIn(read.value), msgId, srcReserve }, inData };
}

/** As the official SDKs send a request where their `needDataTag` is set. A request with members of its own is not wrapped. */
function isWrapped(json: unknown): boolean {
  if (!isObject(json) || !("data" in json) || !isObject(json.data)) return false;
  return !memberNames.some((name) => name in json);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
