import { randomBytes } from "node:crypto";
import type { KeyPair as Credentials } from "../shared/chinaums/auth/key-pair.ts";
import { signBody } from "../shared/chinaums/auth/open-body-sig.ts";
import { dashedBeijingTime } from "../shared/chinaums/beijing-time.ts";
import { refundQueryPath } from "../shared/names.ts";

/** What a partner asks: the members of the body, and the `Idempotency-Key` if there is one. */
export type PartnerRequest = {
  readonly merOrderId: string;
  readonly mid: string;
  readonly tid: string;
  readonly instMid: string;
  readonly msgId?: string | undefined;
  readonly srcReserve?: string | undefined;
  readonly idempotencyKey?: string | undefined;
};

export type SignedRequest = {
  readonly url: string;
  readonly headers: {
    readonly "Content-Type": string;
    readonly Authorization: string;
    readonly "Idempotency-Key"?: string;
  };
  readonly body: string;
};

export type Signing = {
  /** The base URL of this service, or of ChinaUMS. */
  readonly url: string;
  readonly credentials: Credentials;
  readonly question: PartnerRequest;
};

/** A refund query, signed now: by a partner for this service, or by the platform for ChinaUMS itself. */
export function signedRequest({ url, credentials, question }: Signing): SignedRequest {
  const { idempotencyKey, ...members } = question;
  const now = Date.now();
  const body = JSON.stringify({ requestTimestamp: dashedBeijingTime(now), ...members });
  return {
    url: url.replace(/\/+$/, "") + refundQueryPath,
    headers: {
      "Content-Type": "application/json",
      Authorization: signBody(credentials, body, now, randomBytes(16).toString("hex")),
      ...(idempotencyKey !== undefined && { "Idempotency-Key": idempotencyKey }),
    },
    body,
  };
}

/** The answer to a question, whatever its status. */
export type PartnerAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
};

/** Sends the request. @throws if there is no answer within 35 s, or none in JSON */
export async function ask(request: SignedRequest): Promise<PartnerAnswer> {
  const { url, headers, body } = request;
  const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(35_000) });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

/** The request as a command for a POSIX shell. */
export function curlCommand({ url, headers, body }: SignedRequest): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const headerArgs = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  return ["curl -sS", quoted(url), ...headerArgs, `--data-binary ${quoted(body)}`].join(" \\\n  ");
}
