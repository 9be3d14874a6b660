import { hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isSignedWith,
  openBodySignature,
  readOpenBodySig,
  signBody,
} from "../../../shared/chinaums/auth/open-body-sig.ts";
import official from "../../fixtures/open-body-sig.json" with { type: "json" };

const { appId, appKey, timestamp, nonce, body, bodyHash, signature } = official.vector;
const credentials = { appId, appKey };

describe("the official vector", () => {
  test("gives the published body hash and signature", () => {
    expect(hash("sha256", body, "hex")).toBe(bodyHash);
    expect(openBodySignature(credentials, timestamp, nonce, body)).toBe(signature);
  });

  test("verifies, and not with another key, body, time, nonce or AppId", () => {
    const sig = { appId, timestamp, nonce, signature };
    expect(isSignedWith(appKey, sig, body)).toBe(true);
    expect(isSignedWith(`${appKey}0`, sig, body)).toBe(false);
    expect(isSignedWith(appKey, sig, "B")).toBe(false);
    expect(isSignedWith(appKey, { ...sig, timestamp: "20170101120001" }, body)).toBe(false);
    expect(isSignedWith(appKey, { ...sig, nonce: "1" }, body)).toBe(false);
    expect(isSignedWith(appKey, { ...sig, appId: "1" }, body)).toBe(false);
    expect(isSignedWith(appKey, { ...sig, signature: "" }, body)).toBe(false);
  });
});

test("a body with Chinese is hashed as its UTF-8 bytes, as the official demo does", () => {
  const { body, bodyHash } = official.utf8;
  expect(hash("sha256", body, "hex")).toBe(bodyHash);
  const sig = { appId, timestamp, nonce, signature: openBodySignature(credentials, timestamp, nonce, body) };
  expect(isSignedWith(appKey, sig, Buffer.from(body, "utf8"))).toBe(true);
});

describe("the Authorization header", () => {
  const header = `OPEN-BODY-SIG AppId="${appId}",Timestamp="${timestamp}",Nonce="${nonce}",Signature="${signature}"`;
  const read = { appId, timestamp, nonce, signature };

  test("is written as the page writes it, with Beijing time", () => {
    const noonInBeijing = Date.UTC(2017, 0, 1, 4);
    expect(signBody(credentials, body, noonInBeijing, nonce)).toBe(header);
  });

  test.each([
    header,
    header.replaceAll(",", ", "),
    header.replaceAll(",", " ,\t"),
    header.replaceAll("=", " = ").replaceAll(' = "', ' = "').replace('Ayl8aaR/Dy08 = "', 'Ayl8aaR/Dy08="'),
    `  ${header.replace(" ", "   ")}  `,
    header.replace("OPEN-BODY-SIG", "open-body-sig"),
    `${header},`,
  ])("is read whatever its spacing: %s", (text) => {
    const found = readOpenBodySig(text);
    expect({ ...found, signature: found?.signature.replace(/ = $/, "=") }).toEqual(read);
  });

  test("is read in any order of its members", () => {
    const shuffled = `OPEN-BODY-SIG Signature="${signature}", Nonce="${nonce}", AppId="${appId}", Timestamp="${timestamp}"`;
    expect(readOpenBodySig(shuffled)).toEqual(read);
  });

  test("is read with a nonce of up to 128 characters", () => {
    const longest = "9".repeat(128);
    expect(readOpenBodySig(header.replace(nonce, longest))).toEqual({ ...read, nonce: longest });
  });

  test.each([
    "",
    "OPEN-BODY-SIG",
    "Bearer abc",
    header.replace("OPEN-BODY-SIG", "OPEN-ACCESS-TOKEN"),
    header.replace(/,Nonce="[^"]*"/, ""),
    header.replace(nonce, ""),
    header.replace(nonce, "9".repeat(129)),
    `${header},AppId="another"`,
    `${header} and more`,
    header.replaceAll('"', ""),
  ])("is refused where a member is missing, empty, doubled or not quoted: %s", (text) => {
    expect(readOpenBodySig(text)).toBeUndefined();
  });

  test("never throws on any text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `OPEN-BODY-SIG ${text}`),
        ),
        (text) => {
          readOpenBodySig(text);
        },
      ),
    );
  });

  test("what is signed verifies, for any key, nonce and body", () => {
    const word = fc.stringMatching(/^[0-9a-f]{32}$/);
    fc.assert(
      fc.property(word, word, word, fc.string({ unit: "binary" }), (appId, appKey, nonce, body) => {
        const sig = readOpenBodySig(signBody({ appId, appKey }, body, 1_700_000_000_000, nonce));
        return sig !== undefined && isSignedWith(appKey, sig, Buffer.from(body, "utf8"));
      }),
    );
  });
});
