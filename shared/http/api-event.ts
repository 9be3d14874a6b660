import * as z from "zod/mini";

/** The parts that are used of an API Gateway HTTP API event, payload format 2.0. Header names come in lower case. */
const apiEventSchema = z.object({
  version: z.literal("2.0"),
  headers: z.object({ authorization: z.optional(z.string()), "idempotency-key": z.optional(z.string()) }),
  body: z.optional(z.string()),
  isBase64Encoded: z.boolean(),
  requestContext: z.object({ requestId: z.string() }),
});

export type ApiRequest = {
  readonly requestId: string;
  readonly headers: Readonly<z.infer<typeof apiEventSchema>["headers"]>;
  /** The bytes that the partner sent, however the gateway handed them over. */
  readonly body: Uint8Array;
};

/** @throws {z.core.$ZodError} when the event is not one of an HTTP API: the gateway and the function do not fit */
export function readApiEvent(event: unknown): ApiRequest {
  const { headers, body = "", isBase64Encoded, requestContext } = apiEventSchema.parse(event);
  return {
    requestId: requestContext.requestId,
    headers,
    body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8"),
  };
}
