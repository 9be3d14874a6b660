import { randomBytes } from "node:crypto";
import { signBody } from "../shared/chinaums/auth/open-body-sig.ts";

export const platformSecret = { appId: "platform", appKey: "platform-key" };
export const partnerSecret = {
  partnerId: "north-shop",
  appId: "partner",
  appKeys: ["partner-key"],
  mids: ["898310148160568"],
};

/** What API Gateway hands over when the partner asks for a refund right now; `members` go into the body. */
export function signedEvent(merOrderId: string, members: Record<string, string> = {}): object {
  const { body, authorization } = signedRequest(
    merOrderId,
    { appId: partnerSecret.appId, appKey: partnerSecret.appKeys[0] ?? "" },
    members,
  );
  return {
    version: "2.0",
    routeKey: "POST /v1/netpay/refund-query",
    rawPath: "/v1/netpay/refund-query",
    rawQueryString: "",
    headers: { "content-type": "application/json", authorization, host: "example.com", "user-agent": "bench" },
    requestContext: {
      requestId: "request",
      stage: "$default",
      http: { method: "POST", path: "/v1/netpay/refund-query" },
    },
    body,
    isBase64Encoded: false,
  };
}

export function signedRequest(
  merOrderId: string,
  pair: { appId: string; appKey: string },
  members: Record<string, string> = {},
) {
  const requestTimestamp = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
  const body = JSON.stringify({
    requestTimestamp,
    merOrderId,
    instMid: "APPDEFAULT",
    mid: "898310148160568",
    tid: "88880001",
    ...members,
  });
  return { body, authorization: signBody(pair, body, Date.now(), randomBytes(16).toString("hex")) };
}
