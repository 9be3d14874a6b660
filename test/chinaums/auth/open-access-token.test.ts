import { describe, expect, test } from "vitest";
import {
  accessTokenHeader,
  buildTokenRequest,
  readTokenAnswer,
  tokenPath,
  tokenSignature,
} from "../../../shared/chinaums/auth/open-access-token.ts";
import vector from "../../fixtures/open-access-token.json" with { type: "json" };

const { appId, appKey, timestamp, sentAtMs, nonce, signature } = vector;
const pair = { appId, appKey };

describe("the token call", () => {
  test("is signed as openssl computes it", () => {
    expect(tokenSignature(pair, timestamp, nonce)).toBe(signature);
  });

  test("another key, time or nonce gives another signature", () => {
    const others = [
      tokenSignature({ appId, appKey: `${appKey}0` }, timestamp, nonce),
      tokenSignature({ appId: `${appId}0`, appKey }, timestamp, nonce),
      tokenSignature(pair, "20260301003001", nonce),
      tokenSignature(pair, timestamp, `${nonce}0`),
    ];
    expect(new Set([signature, ...others]).size).toBe(5);
  });

  test("has five members and Beijing time, and the key is not among them", () => {
    const body = buildTokenRequest(pair, sentAtMs, nonce);
    expect(JSON.parse(body)).toEqual({ appId, timestamp, nonce, signMethod: "SHA256", signature });
    expect(body).not.toContain(appKey);
  });

  test("goes to either version's path", () => {
    expect([tokenPath("v1"), tokenPath("v2")]).toEqual(["/v1/token/access", "/v2/token/access"]);
  });
});

describe("the answer to it", () => {
  const issued = { errCode: "0000", errInfo: "正常", accessToken: "abcdef0123456789", expiresIn: 3600 };
  const read = (members: object, status = 200) =>
    readTokenAnswer({ status, body: JSON.stringify({ ...issued, ...members }) });

  test.each([
    ["as documented", {}, 3_600_000],
    ["its seconds as text", { expiresIn: "7200" }, 7_200_000],
    ["with members that nobody knows", { tokenType: "x" }, 3_600_000],
    ["with a life of years, which is taken for a day", { expiresIn: 1e12 }, 86_400_000],
  ])("gives the token and its life: %s", (_, members, lifeMs) => {
    expect(read(members)).toEqual({ kind: "issued", value: issued.accessToken, lifeMs });
  });

  test.each(["1000", "BAD_SIGN", "9999", "DENIED_IP", "2001"])(
    "any errCode but 0000 is a refusal, at any HTTP status, whatever else it holds: %s",
    (errCode) => {
      for (const status of [200, 412, 500]) expect(read({ errCode }, status)).toEqual({ kind: "refused", errCode });
    },
  );

  test.each([
    ["no token", { accessToken: undefined }],
    ["an empty token", { accessToken: "" }],
    ["a token that is no text", { accessToken: { a: 1 } }],
    ["a token that would break out of its quotes", { accessToken: 'a", AppId="b' }],
    ["a token with a line break", { accessToken: "a\r\nX-Header: b" }],
    ["a token of 5000 characters", { accessToken: "a".repeat(5000) }],
    ["no life", { expiresIn: undefined }],
    ["a life of nothing", { expiresIn: 0 }],
    ["a life of less than nothing", { expiresIn: -1 }],
    ["a life of words", { expiresIn: "an hour" }],
    ["no errCode", { errCode: undefined }],
    ["an errCode that is no text", { errCode: 0 }],
  ])("with %s cannot be read", (_, members) => {
    expect(read(members)).toEqual({ kind: "unreadable" });
  });

  test.each(["", "<html>", "null", "[]", '"0000"', "{}"])("that is %j cannot be read", (body) => {
    expect(readTokenAnswer({ status: 200, body })).toEqual({ kind: "unreadable" });
  });
});

test("the header is written as documented, or bare for gateways that want it so", () => {
  expect(accessTokenHeader("abc", "app", "quoted")).toBe('OPEN-ACCESS-TOKEN AccessToken="abc", AppId="app"');
  expect(accessTokenHeader("abc", "app", "unquoted")).toBe("OPEN-ACCESS-TOKEN AccessToken=abc");
});
