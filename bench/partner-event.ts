import { randomBytes } from "node:crypto";
import type { RefundQuestion } from "../client/contract.ts";
import { type QuerySigning, signQuery } from "../client/signed-query.ts";
import type { SignedRequest } from "../client/signed-request.ts";

export const platformSecret = { appId: "platform", appKey: "platform-key" };
export const partnerSecret = {
  partnerId: "north-shop",
  appId: "partner",
  appKeys: ["partner-key"],
  mids: ["898310148160568"],
};

/** The merchant and terminal that every question of the benches is about. */
const about = { instMid: "APPDEFAULT", mid: "898310148160568", tid: "88880001" };

export function questionAbout(merOrderId: string) {
  return { ...about, merOrderId } satisfies RefundQuestion;
}

/** A query signed at this moment, as the client signs each of its tries. */
export function signedNow(signing: QuerySigning): SignedRequest {
  return signQuery(signing, { now: Date.now(), nonce: randomBytes(16).toString("hex") });
}

/** What API Gateway hands over when the partner asks for a refund right now. */
export function signedEvent(merOrderId: string): object {
  const { appId, appKeys } = partnerSecret;
  const { body, headers } = signedNow({
    baseUrl: "https://example.com",
    credentials: { appId, appKey: appKeys[0] ?? "" },
    question: questionAbout(merOrderId),
  });
  return {
    version: "2.0",
    routeKey: "POST /v1/netpay/refund-query",
    rawPath: "/v1/netpay/refund-query",
    rawQueryString: "",
    headers: {
      "content-type": "application/json",
      authorization: headers.Authorization,
      host: "example.com",
      "user-agent": "bench",
    },
    requestContext: {
      requestId: "request",
      stage: "$default",
      http: { method: "POST", path: "/v1/netpay/refund-query" },
    },
    body,
    isBase64Encoded: false,
  };
}
