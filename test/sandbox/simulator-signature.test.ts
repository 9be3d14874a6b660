import { createHash, createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { verifyBodySignature } from "../../sandbox/simulator/verify-body-signature.ts";

// The vector that the open platform publishes, for a body of the one byte "A".
const appId = "12345678901234567890123456789012";
const appKey = "67890123456789012345678901234567";
const timestamp = "20170101120000";
const nonce = "09876543210987654321098765432109";
const signature = "GINsCTyNKTpEI9KXO16KqZJ64fOyAytEKl8aaR/Dy08=";
const signedAtMs = Date.parse("2017-01-01T12:00:00+08:00");
const minuteMs = 60_000;

function verify(authorization: string, { body = "A", nowMs = signedAtMs, appKeys = [appKey] } = {}) {
  return verifyBodySignature({ authorization, body: Buffer.from(body), credentials: { appId, appKeys }, nowMs });
}

function header(changed: Partial<Record<"AppId" | "Timestamp" | "Nonce" | "Signature", string>> = {}) {
  const parameters = { AppId: appId, Timestamp: timestamp, Nonce: nonce, Signature: signature, ...changed };
  return `OPEN-BODY-SIG ${Object.entries(parameters).map(([name, value]) => `${name}="${value}"`)}`;
}

function sign(body: string, { AppId = appId, Timestamp = timestamp, Nonce = nonce } = {}) {
  const bodyHash = createHash("sha256").update(body).digest("hex");
  const mac = createHmac("sha256", appKey).update(`${AppId}${Timestamp}${Nonce}${bodyHash}`);
  return header({ AppId, Timestamp, Nonce, Signature: mac.digest("base64") });
}

test("the official vector is right", () => {
  expect(verify(header())).toEqual({ verified: true });
});

test("a body with Chinese is verified by its UTF-8 bytes", () => {
  expect(verify(sign("测试"), { body: "测试" })).toEqual({ verified: true });
});

test.each([
  ["a space after each comma", (text: string) => text.replaceAll(",", ", ")],
  [
    "spaces around commas and equal signs",
    (text: string) => text.replaceAll(",", " ,\t").replace(/([a-z])="/gi, '$1 = "'),
  ],
  ["more than one space after the scheme", (text: string) => text.replace(" ", "   ")],
  ["spaces around the whole", (text: string) => `  ${text} `],
  [
    "another order of the parameters",
    (text: string) => `OPEN-BODY-SIG ${text.slice(14).split(",").reverse().join(",")}`,
  ],
])("a header with %s is read", (_, change) => {
  expect(verify(change(header()))).toEqual({ verified: true });
});

test.each([
  ["another body", header(), { body: "B" }],
  ["another key", header(), { appKeys: ["another"] }],
  ["another AppId, rightly signed", sign("A", { AppId: "another" }), {}],
  ["another Nonce", header({ Nonce: "another" }), {}],
  ["a Signature cut short", header({ Signature: signature.slice(0, -1) }), {}],
  ["an empty Signature", header({ Signature: "" }), {}],
  ["a missing Signature", header().replace(/,Signature=.*/, ""), {}],
  ["a repeated Nonce", `${header()},Nonce="${nonce}"`, {}],
  ["unquoted values", header().replaceAll('"', ""), {}],
  ["something after the last parameter", `${header()} more`, {}],
  ["nothing but the scheme", "OPEN-BODY-SIG", {}],
])("%s is refused with 认证失败", (_, authorization, changed) => {
  expect(verify(authorization, changed)).toMatchObject({ verified: false, errInfo: "认证失败" });
});

test.each(["2017010112000", "2017-01-01 12:00", "20170101120060", "20170230120000", "2017010112000x"])(
  "the Timestamp %s cannot be read",
  (Timestamp) => {
    expect(verify(sign("A", { Timestamp }))).toMatchObject({ verified: false, errInfo: "Timestamp解析失败" });
  },
);

test("a Timestamp is accepted up to 5 minutes before and after now, Beijing time", () => {
  for (const offsetMs of [-5 * minuteMs, 5 * minuteMs]) {
    expect(verify(header(), { nowMs: signedAtMs + offsetMs })).toEqual({ verified: true });
  }
  for (const offsetMs of [-5 * minuteMs - 1, 5 * minuteMs + 1, 8 * 60 * minuteMs]) {
    expect(verify(header(), { nowMs: signedAtMs + offsetMs })).toMatchObject({ verified: false, errInfo: "认证失败" });
  }
});

test("a Nonce has at most 128 characters", () => {
  expect(verify(sign("A", { Nonce: "n".repeat(128) }))).toEqual({ verified: true });
  expect(verify(sign("A", { Nonce: "n".repeat(129) }))).toMatchObject({ verified: false });
});

test("two keys are valid at once while a key is rotated", () => {
  expect(verify(header(), { appKeys: ["newer", appKey] })).toEqual({ verified: true });
});
