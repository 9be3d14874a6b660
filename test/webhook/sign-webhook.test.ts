import { execFileSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, expect, test } from "vitest";
import { publicKeyOf, writePrivateKey } from "../../shared/webhook/ed25519-keys.ts";
import { signWebhook, type WebhookMessage } from "../../shared/webhook/sign-webhook.ts";
import { webhookConfigSchema } from "../../shared/webhook/webhook-config.ts";

const folder = mkdtempSync(join(tmpdir(), "sign-webhook-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
function fileOf(content: string | Uint8Array): string {
  const file = join(folder, `${files++}`);
  writeFileSync(file, content);
  return file;
}

const newSecret = (bytes = 32) => `whsec_${randomBytes(bytes).toString("base64")}`;
const newPrivateKey = () => writePrivateKey(generateKeyPairSync("ed25519").privateKey);
const message: WebhookMessage = {
  id: "evt_0123456789abcdef",
  timestamp: Date.now(),
  body: '{"type":"refund.succeeded","data":{"merOrderId":"R1","备注":"退款成功 ✓"}}',
};
const signedText = ({ id, timestamp, body }: WebhookMessage) => `${id}.${Math.floor(timestamp / 1000)}.${body}`;
const signaturesOf = (headers: { "webhook-signature": string }) =>
  headers["webhook-signature"].split(" ").map((each) => each.split(",") as [string, string]);

test("the published library verifies a delivery, also one with characters beyond ASCII", () => {
  for (const bytes of [24, 32, 64]) {
    const secret = newSecret(bytes);
    const headers = signWebhook({ scheme: "v1", secrets: [secret] }, message);
    expect(new Webhook(secret).verify(message.body, { ...headers })).toEqual(JSON.parse(message.body));
    expect(() => new Webhook(newSecret()).verify(message.body, { ...headers })).toThrow("No matching signature");
    expect(() => new Webhook(secret).verify(`${message.body} `, { ...headers })).toThrow("No matching signature");
  }
});

test("openssl makes the same v1 signature", () => {
  const secret = newSecret();
  const [[version, signature] = []] = signaturesOf(signWebhook({ scheme: "v1", secrets: [secret] }, message));
  const hexKey = Buffer.from(secret.slice("whsec_".length), "base64").toString("hex");
  const options = ["dgst", "-sha256", "-mac", "HMAC", "-macopt", `hexkey:${hexKey}`, "-binary"];
  const made = execFileSync("openssl", [...options, fileOf(signedText(message))]);
  expect([version, signature]).toEqual(["v1", made.toString("base64")]);
});

test("openssl verifies a v1a signature by the public key that the partner gets", () => {
  const secret = newPrivateKey();
  const [[version, signature = ""] = []] = signaturesOf(signWebhook({ scheme: "v1a", secrets: [secret] }, message));
  expect(version).toBe("v1a");
  const x = Buffer.from(publicKeyOf(secret).slice("whpk_".length), "base64").toString("base64url");
  const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const keyFile = fileOf(publicKey.export({ type: "spki", format: "pem" }));
  const verify = (text: string) => {
    const inputs = ["-in", fileOf(text), "-sigfile", fileOf(Buffer.from(signature, "base64"))];
    return execFileSync("openssl", ["pkeyutl", "-verify", "-pubin", "-inkey", keyFile, "-rawin", ...inputs], {
      encoding: "utf8",
    });
  };
  expect(verify(signedText(message))).toContain("Signature Verified Successfully");
  expect(() => verify(`${signedText(message)} `)).toThrow();
});

test("while a secret is being replaced, both sign, the newest first, and either verifies", () => {
  const secrets = [newSecret(), newSecret()];
  const headers = signWebhook({ scheme: "v1", secrets }, message);
  expect(signaturesOf(headers)).toHaveLength(2);
  for (const [i, secret] of secrets.entries()) {
    expect(new Webhook(secret).verify(message.body, { ...headers })).toBeTruthy();
    const alone = signWebhook({ scheme: "v1", secrets: [secret] }, message);
    expect(signaturesOf(headers)[i]).toEqual(signaturesOf(alone)[0]);
  }
  const keys = [newPrivateKey(), newPrivateKey()];
  const versions = signaturesOf(signWebhook({ scheme: "v1a", secrets: keys }, message)).map(([version]) => version);
  expect(versions).toEqual(["v1a", "v1a"]);
});

test("the timestamp is in whole seconds", () => {
  const headers = signWebhook({ scheme: "v1", secrets: [newSecret()] }, { ...message, timestamp: 1_764_000_000_999 });
  expect(headers["webhook-timestamp"]).toBe("1764000000");
});

test("a webhook's secret is read only if it has the form of its scheme", () => {
  const endpoint = { partnerId: "north-shop", appId: "a", configId: "c", url: "https://hooks.example.com/" };
  const isRead = (rest: object) => webhookConfigSchema.safeParse({ ...endpoint, ...rest }).success;
  expect(isRead({ scheme: "v1", secrets: [newSecret(24)] })).toBe(true);
  expect(isRead({ scheme: "v1", secrets: [newSecret(64), newSecret()] })).toBe(true);
  expect(isRead({ scheme: "v1a", secrets: [newPrivateKey()] })).toBe(true);
  expect(isRead({ scheme: "v1", secrets: [] })).toBe(false);
  expect(isRead({ scheme: "v1", secrets: [newSecret(), newSecret(), newSecret()] })).toBe(false);
  expect(isRead({ scheme: "v1", secrets: [newPrivateKey()] })).toBe(false);
  expect(isRead({ scheme: "v1a", secrets: [newSecret()] })).toBe(false);
  expect(isRead({ scheme: "v1", secrets: ["whsec_short"] })).toBe(false);
  expect(isRead({ scheme: "v2", secrets: [newSecret()] })).toBe(false);
});

test("a key that is no Ed25519 pair is refused, and no message holds it", () => {
  const config = { scheme: "v1a" as const, secrets: [newSecret()] };
  expect(() => signWebhook(config, message)).toThrow(/^a private key is whsk_ and the Base64 of 64 bytes$/);
  expect(() => writePrivateKey(generateKeyPairSync("x25519").privateKey)).toThrow("not a private key of Ed25519");
});
