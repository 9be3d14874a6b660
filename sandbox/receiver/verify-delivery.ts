import { createPublicKey, verify } from "node:crypto";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

export type SignedHeaders = Readonly<Record<string, string>>;

/** How far a timestamp may be from now. Source: the published library, which has the same. */
const toleranceSeconds = 5 * 60;

/**
 * Why a delivery is not what one of the keys has signed; null if it is. The published library verifies by a `whsec_…`
 * secret. It knows no Ed25519, so a `whpk_…` key is tried by Node.
 */
export function verifyDelivery(keys: readonly string[], body: string, headers: SignedHeaders): string | null {
  if (keys.length === 0) return "no webhook leads here";
  const reasons = keys.map((key) =>
    key.startsWith("whpk_") ? refuseByPublicKey(key, body, headers) : refuseBySecret(key, body, headers),
  );
  return reasons.includes(null) ? null : (reasons[0] ?? null);
}

function refuseBySecret(secret: string, body: string, headers: SignedHeaders): string | null {
  try {
    new Webhook(secret).verify(body, { ...headers }, { jsonParse: false });
    return null;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.message;
    throw error;
  }
}

function refuseByPublicKey(key: string, body: string, headers: SignedHeaders): string | null {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures } = headers;
  if (!id || !timestamp || !signatures) return "Missing required headers";
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceSeconds) return "Message timestamp too old or too new";
  const x = Buffer.from(key.slice("whpk_".length), "base64").toString("base64url");
  const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const signed = Buffer.from(`${id}.${timestamp}.${body}`);
  const isSigned = signatures.split(" ").some((each) => {
    const [version, signature = ""] = each.split(",");
    return version === "v1a" && verify(null, signed, publicKey, Buffer.from(signature, "base64"));
  });
  return isSigned ? null : "No matching signature found";
}
