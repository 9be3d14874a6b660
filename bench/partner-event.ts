import { type PartnerRequest, signedRequest } from "../tools/partner-client.ts";

export const platformSecret = { appId: "platform", appKey: "platform-key" };
export const partnerSecret = {
  partnerId: "north-shop",
  appId: "partner",
  appKeys: ["partner-key"],
  mids: ["898310148160568"],
};

/** The merchant and terminal that every question of the benches is about. */
export const question: Omit<PartnerRequest, "merOrderId"> = {
  instMid: "APPDEFAULT",
  mid: "898310148160568",
  tid: "88880001",
};

/** What API Gateway hands over when the partner asks for a refund right now; `members` go into the body. */
export function signedEvent(merOrderId: string, members: Partial<PartnerRequest> = {}): object {
  const { appId, appKeys } = partnerSecret;
  const { body, headers } = signedRequest({
    url: "https://example.com",
    credentials: { appId, appKey: appKeys[0] ?? "" },
    question: { ...question, merOrderId, ...members },
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
