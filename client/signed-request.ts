import { createHash, createHmac } from "node:crypto";

/** The AppId names who calls, and the AppKey signs. */
export type KeyPair = { readonly appId: string; readonly appKey: string };

export type SignedRequest = {
  readonly url: string;
  readonly headers: {
    readonly "Content-Type": string;
    readonly Authorization: string;
    readonly "Idempotency-Key"?: string;
  };
  /** The bytes that are signed are the bytes that are sent. */
  readonly body: string;
};

/** What makes each try its own: the clock in epoch ms, and a text that is used once. */
export type Moment = { readonly now: number; readonly nonce: string };

export type Signing = {
  readonly baseUrl: string;
  readonly path: string;
  readonly credentials: KeyPair;
  readonly members: object;
  readonly idempotencyKey?: string | undefined;
};

/** A POST with OPEN-BODY-SIG. Source: docs/protocol.md. */
export function signRequest(signing: Signing, { now, nonce }: Moment): SignedRequest {
  const { baseUrl, path, credentials, members, idempotencyKey } = signing;
  const body = JSON.stringify(members);
  const timestamp = beijingTime(now).replace(/\D/g, "");
  const bodyHash = createHash("sha256").update(body).digest("hex");
  const toSign = credentials.appId + timestamp + nonce + bodyHash;
  const signature = createHmac("sha256", credentials.appKey).update(toSign).digest("base64");
  const parameters = { AppId: credentials.appId, Timestamp: timestamp, Nonce: nonce, Signature: signature };
  const list = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`);
  return {
    url: baseUrl.replace(/\/+$/, "") + path,
    headers: {
      "Content-Type": "application/json",
      Authorization: `OPEN-BODY-SIG ${list.join(",")}`,
      ...(idempotencyKey !== undefined && { "Idempotency-Key": idempotencyKey }),
    },
    body,
  };
}

/** `2017-01-01 12:00:00`, the wall clock of China, which is UTC+8 all year. */
export function beijingTime(epochMs: number): string {
  return new Date(epochMs + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
}
