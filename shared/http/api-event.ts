import * as z from "zod/mini";

/** The parts that are used of an API Gateway HTTP API event, payload format 2.0. Header names come in lower case. */
const apiEventSchema = z.object({
  version: z.literal("2.0"),
  rawPath: z.string(),
  headers: z.object({ authorization: z.optional(z.string()), "idempotency-key": z.optional(z.string()) }),
  body: z.optional(z.string()),
  isBase64Encoded: z.boolean(),
  requestContext: z.object({ requestId: z.string(), http: z.object({ method: z.string() }) }),
});

export type ApiRequest = {
  readonly requestId: string;
  /** Method and path, such as `POST /v1/netpay/refund-query`; without the slashes that a client has doubled or added. */
  readonly routeKey: string;
  readonly headers: Readonly<z.infer<typeof apiEventSchema>["headers"]>;
  /** The bytes that the partner sent, however the gateway handed them over. */
  readonly body: Uint8Array;
  /** Until when (epoch ms) this function instance can act at all. */
  readonly endsAt: number;
};

/** @throws {z.core.$ZodError} when the event is not one of an HTTP API: the gateway and the function do not fit */
export function readApiEvent(event: unknown, endsAt: number): ApiRequest {
  const { rawPath, headers, body = "", isBase64Encoded, requestContext } = apiEventSchema.parse(event);
  return {
    requestId: requestContext.requestId,
    routeKey: `${requestContext.http.method} ${usualPath(rawPath)}`,
    headers,
    body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8"),
    endsAt,
  };
}

/** A base URL with a slash at its end doubles the first slash, and some clients put one at the end of the path. */
function usualPath(path: string): string {
  return path.replace(/^\/{2,}/, "/").replace(/(?<=[^/])\/+$/, "");
}
