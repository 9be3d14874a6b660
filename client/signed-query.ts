import type { RefundQuestion } from "./contract.ts";
import { beijingTime, type Moment, type SignedRequest, type Signing, signRequest } from "./signed-request.ts";

export type QuerySigning = Omit<Signing, "path" | "members"> & { readonly question: RefundQuestion };

/** A refund query, signed for this service with a partner's pair, or for ChinaUMS itself with the platform's. */
export function signQuery({ question, ...signing }: QuerySigning, moment: Moment): SignedRequest {
  const members = { requestTimestamp: beijingTime(moment.now), ...question };
  return signRequest({ ...signing, path: "/v1/netpay/refund-query", members }, moment);
}
