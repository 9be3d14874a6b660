import { createHmac, createPublicKey, timingSafeEqual, verify } from "node:crypto";
import type { RefundEvent } from "./contract.ts";

/** Why a request is not taken for a webhook of this service. */
export const webhookRefusals = {
  missing_header: "webhook-id, webhook-timestamp and webhook-signature are needed, each once",
  bad_timestamp: "webhook-timestamp is not in seconds",
  too_old: "webhook-timestamp is more than 5 minutes ago",
  too_new: "webhook-timestamp is more than 5 minutes ahead",
  wrong_signature: "no signature was made with one of these secrets over this body",
  bad_body: "the body is no JSON object",
} as const;

export type WebhookRefusal = keyof typeof webhookRefusals;

export class WebhookVerificationError extends Error {
  override readonly name = "WebhookVerificationError";
  readonly reason: WebhookRefusal;

  constructor(reason: WebhookRefusal) {
    super(webhookRefusals[reason]);
    this.reason = reason;
  }
}

export type ReceivedWebhook = {
  /** Of the request, as `fetch` or `node:http` give them. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The bytes as they came, or their text: never JSON that was parsed and written again. */
  readonly body: string | Uint8Array;
  /** `whsec_…` (HMAC) or `whpk_…` (Ed25519). Two while a secret is being replaced. */
  readonly secrets: string | readonly string[];
  /** Epoch ms; the machine's clock if not given. */
  readonly now?: number;
};

const toleranceMs = 5 * 60_000;

/**
 * The event of a webhook that this service has signed. Source: Standard Webhooks 1.0.0.
 * @throws {WebhookVerificationError} if it has not: answer with status 400, and do nothing else
 * @throws {TypeError} if a secret does not have its form
 */
export function verifyWebhook({ headers, body, secrets, now = Date.now() }: ReceivedWebhook): RefundEvent {
  const verifiers = [secrets].flat().map(verifierOf);
  const id = headerOf(headers, "webhook-id");
  const timestamp = headerOf(headers, "webhook-timestamp");
  const signatures = headerOf(headers, "webhook-signature");
  if (!id || !timestamp || !signatures) throw new WebhookVerificationError("missing_header");
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookVerificationError("bad_timestamp");
  const ageMs = now - Number(timestamp) * 1000;
  if (ageMs > toleranceMs) throw new WebhookVerificationError("too_old");
  if (ageMs < -toleranceMs) throw new WebhookVerificationError("too_new");

  const bytes = typeof body === "string" ? Buffer.from(body, "utf8") : Buffer.from(body);
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), bytes]);
  const given = signatures.split(" ");
  if (!verifiers.some((isSignedBy) => given.some((signature) => isSignedBy(signature, signed)))) {
    throw new WebhookVerificationError("wrong_signature");
  }
  return { ...eventOf(bytes.toString("utf8")), id };
}

type Verifier = (signature: string, signed: Buffer) => boolean;

function verifierOf(secret: string): Verifier {
  const [, prefix, base64 = ""] = /^(whsec_|whpk_)([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const key = Buffer.from(base64, "base64");
  if (prefix === "whsec_") return byHmac(key);
  if (prefix === "whpk_" && key.length === 32) return byEd25519(key);
  throw new TypeError("a secret is whsec_ or whpk_ and Base64");
}

/** The comparison takes constant time. */
function byHmac(key: Buffer): Verifier {
  return (signature, signed) => {
    const expected = Buffer.from(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
}

function byEd25519(raw: Buffer): Verifier {
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: raw.toString("base64url") }, format: "jwk" });
  return (signature, signed) => {
    const [version, base64 = ""] = signature.split(",");
    return version === "v1a" && verify(null, signed, key, Buffer.from(base64, "base64"));
  };
}

function headerOf(headers: ReceivedWebhook["headers"], name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const values = Object.entries(headers).flatMap(([key, value]) => (key.toLowerCase() === name ? (value ?? []) : []));
  return values.length === 1 ? values[0] : undefined;
}

function eventOf(body: string): Omit<RefundEvent, "id"> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Omit<RefundEvent, "id">;
  } catch {}
  throw new WebhookVerificationError("bad_body");
}
