import { createPrivateKey, type KeyObject } from "node:crypto";
import { secretPrefixes } from "./webhook-config.ts";

const keyBytes = 32;

/**
 * The private key that a `whsk_…` text holds: the seed and then the public key, as libsodium writes a pair.
 * @throws if the text holds no such pair
 */
export function readPrivateKey(secret: string): KeyObject {
  const { seed, publicKey } = halvesOf(secret);
  const key = { kty: "OKP", crv: "Ed25519", d: seed.toString("base64url"), x: publicKey.toString("base64url") };
  return createPrivateKey({ key, format: "jwk" });
}

/** The `whpk_…` text that a partner verifies with. @throws if `secret` is no `whsk_…` text */
export function publicKeyOf(secret: string): string {
  return secretPrefixes.public + halvesOf(secret).publicKey.toString("base64");
}

/** The `whsk_…` text of a private key of Ed25519. @throws if it is a key of another kind */
export function writePrivateKey(key: KeyObject): string {
  const { crv, d = "", x = "" } = key.export({ format: "jwk" });
  if (crv !== "Ed25519") throw new Error("not a private key of Ed25519");
  const pair = Buffer.concat([Buffer.from(d, "base64url"), Buffer.from(x, "base64url")]);
  return secretPrefixes.private + pair.toString("base64");
}

function halvesOf(secret: string): { readonly seed: Buffer; readonly publicKey: Buffer } {
  const pair = Buffer.from(secret.slice(secretPrefixes.private.length), "base64");
  if (!secret.startsWith(secretPrefixes.private) || pair.length !== 2 * keyBytes) {
    throw new Error(`a private key is ${secretPrefixes.private} and the Base64 of ${2 * keyBytes} bytes`);
  }
  return { seed: pair.subarray(0, keyBytes), publicKey: pair.subarray(keyBytes) };
}
