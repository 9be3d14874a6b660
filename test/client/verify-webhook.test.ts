import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { type ReceivedWebhook, verifyWebhook } from "../../client/verify-webhook.ts";
import { publicKeyOf, writePrivateKey } from "../../shared/webhook/ed25519-keys.ts";
import { signWebhook } from "../../shared/webhook/sign-webhook.ts";

const event = {
  type: "refund.succeeded",
  timestamp: "2026-03-01T00:30:00.000Z",
  data: { merOrderId: "REFUND-0001", answer: { errMsg: "查询成功" } },
};
const body = JSON.stringify(event);
const id = "evt_1";
const now = Date.parse("2026-03-01T00:30:05.700Z");
const newSecret = () => `whsec_${randomBytes(32).toString("base64")}`;
const secret = newSecret();

/** As the published package signs, which is no code of this project. */
const v1 = (by = secret, at = now) => new Webhook(by).sign(id, new Date(at), body);
const headers = (signature = v1(), at = now) => ({
  "webhook-id": id,
  "webhook-timestamp": String(Math.floor(at / 1000)),
  "webhook-signature": signature,
});
const received = (more: Partial<ReceivedWebhook> = {}) => ({ headers: headers(), body, secrets: secret, now, ...more });

function refusalOf(more: Partial<ReceivedWebhook>): unknown {
  try {
    return verifyWebhook(received(more));
  } catch (error) {
    return (error as { reason?: string }).reason ?? error;
  }
}

describe("a webhook signed by HMAC", () => {
  test("is read as its event, with its id", () => {
    expect(verifyWebhook(received())).toEqual({ id, ...event });
  });

  test("is read from bytes and from Headers alike, whatever the case of their names", () => {
    const bytes = { body: Buffer.from(body), headers: new Headers(headers()) };
    expect(verifyWebhook(received(bytes))).toEqual({ id, ...event });
    const upper = Object.fromEntries(Object.entries(headers()).map(([name, value]) => [name.toUpperCase(), value]));
    expect(verifyWebhook(received({ headers: upper }))).toEqual({ id, ...event });
  });

  test("is known by either of two secrets, and among several signatures", () => {
    const other = newSecret();
    expect(verifyWebhook(received({ secrets: [other, secret] })).id).toBe(id);
    expect(verifyWebhook(received({ headers: headers(`${v1(other)} v2,AAAA ${v1()}`) })).id).toBe(id);
  });

  test.each([
    ["another body", { body: body.replace("succeeded", "failed") }],
    ["another secret", { secrets: newSecret() }],
    ["another id", { headers: { ...headers(), "webhook-id": "evt_2" } }],
    ["a signature that is cut short", { headers: headers(v1().slice(0, -1)) }],
    ["a signature of another version", { headers: headers(v1().replace("v1,", "v1a,")) }],
    ["an empty signature", { headers: headers("v1,") }],
  ])("is refused with %s", (_, more) => {
    expect(refusalOf(more)).toBe("wrong_signature");
  });

  test("is taken for 5 minutes on either side of the clock", () => {
    const at = (ms: number) => refusalOf({ headers: headers(v1(secret, now + ms), now + ms) });
    expect([at(-299_000), at(299_000)]).toMatchObject([{ id }, { id }]);
    expect([at(-302_000), at(302_000)]).toEqual(["too_old", "too_new"]);
  });

  test.each(["webhook-id", "webhook-timestamp", "webhook-signature"])("is refused without %s, or with two", (name) => {
    const given = headers();
    expect(refusalOf({ headers: { ...given, [name]: undefined } })).toBe("missing_header");
    expect(refusalOf({ headers: { ...given, [name]: ["a", "b"] } })).toBe("missing_header");
  });

  test.each(["", "1e9", "-5", "soon", "0x10"])("is refused with the timestamp %j", (timestamp) => {
    const refusal = refusalOf({ headers: { ...headers(), "webhook-timestamp": timestamp } });
    expect(refusal).toBe(timestamp === "" ? "missing_header" : "bad_timestamp");
  });

  test.each(["[]", "no JSON", "null"])("is refused with the body %s, though it is signed", (odd) => {
    const signature = new Webhook(secret).sign(id, new Date(now), odd);
    expect(refusalOf({ headers: headers(signature), body: odd })).toBe("bad_body");
  });
});

describe("a webhook signed by Ed25519", () => {
  const newPair = () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const raw = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
    return { privateKey, secrets: `whpk_${raw.toString("base64")}` };
  };
  const pair = newPair();
  const v1a = (by = pair) => {
    const signed = Buffer.from(`${id}.${Math.floor(now / 1000)}.${body}`);
    return `v1a,${sign(null, signed, by.privateKey).toString("base64")}`;
  };

  test("is known by the public key, also among others", () => {
    const { secrets } = pair;
    expect(verifyWebhook(received({ secrets, headers: headers(v1a()) }))).toEqual({ id, ...event });
    expect(verifyWebhook(received({ secrets, headers: headers(`${v1()} ${v1a(newPair())} ${v1a()}`) })).id).toBe(id);
  });

  test("is refused with another key, another body, or an HMAC", () => {
    const { secrets } = pair;
    expect(refusalOf({ secrets, headers: headers(v1a(newPair())) })).toBe("wrong_signature");
    expect(refusalOf({ secrets, headers: headers(v1a()), body: `${body} ` })).toBe("wrong_signature");
    expect(refusalOf({ secrets, headers: headers(v1()) })).toBe("wrong_signature");
    expect(refusalOf({ secrets, headers: headers("v1a,AAAA") })).toBe("wrong_signature");
    expect(refusalOf({ secrets, headers: headers(v1a().replace("v1a,", "v1,")) })).toBe("wrong_signature");
  });
});

test("a webhook is known as the service itself signs it, by both schemes and while a secret is being replaced", () => {
  const message = { id, timestamp: now, body };
  const symmetric = [newSecret(), secret];
  const hmac = signWebhook({ scheme: "v1", secrets: symmetric }, message);
  expect(verifyWebhook(received({ headers: hmac }))).toEqual({ id, ...event });
  const own = writePrivateKey(generateKeyPairSync("ed25519").privateKey);
  const ed25519 = signWebhook({ scheme: "v1a", secrets: [own] }, message);
  expect(verifyWebhook(received({ headers: ed25519, secrets: publicKeyOf(own) }))).toEqual({ id, ...event });
});

test.each(["", "whsec_", "whsec_!!", "whsk_AAAA", "whpk_AAAA", "secret"])("%j is no secret", (secrets) => {
  expect(() => verifyWebhook(received({ secrets }))).toThrow(TypeError);
});
