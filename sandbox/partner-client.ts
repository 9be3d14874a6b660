import { randomBytes } from "node:crypto";
import type { KeyPair as Credentials } from "../shared/chinaums/auth/key-pair.ts";
import { signBody } from "../shared/chinaums/auth/open-body-sig.ts";
import { dashedBeijingTime } from "../shared/chinaums/beijing-time.ts";
import { refundQueryPath } from "../shared/names.ts";

export type AskedFor = {
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
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** A refund query as a partner (or the platform, of ChinaUMS itself) signs it now. */
export function signedRequest(url: string, credentials: Credentials, asked: AskedFor): SignedRequest {
  const { idempotencyKey, ...members } = asked;
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

export type Asked = { readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown> };

/** @throws when there is no answer, or none in JSON */
export async function ask(request: SignedRequest): Promise<Asked> {
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
