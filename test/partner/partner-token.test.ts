import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isInTime, isTokenOf, newPartnerToken, readPartnerToken } from "../../shared/partner/partner-token.ts";

const issuedAt = Date.UTC(2026, 0, 5, 4, 0, 0);
const appId = "0123456789abcdef0123456789abcdef";
const token = newPartnerToken(appId, "key", issuedAt);
const read = (text: string) => readPartnerToken(text) ?? expect.fail(`${text} was not read`);

describe("a partner's token", () => {
  test("is of the partner and the key that it was made for", () => {
    expect(read(token).appId).toBe(appId);
    expect(isTokenOf("key", read(token))).toBe(true);
    expect(isTokenOf("another", read(token))).toBe(false);
    expect(isTokenOf("", read(token))).toBe(false);
  });

  test("that was issued by an earlier version is honoured, so a deployment ends no token", () => {
    // Made by another HKDF and HMAC, those of Python.
    const earlier = `${appId}.t8dhs0.p8-VE7723KCDhJ7IFly742`;
    expect(isTokenOf("key", read(earlier))).toBe(true);
    expect(newPartnerToken(appId, "key", issuedAt)).toBe(earlier);
  });

  test("goes into a header unquoted, and into a column of 64 characters", () => {
    expect(token).toMatch(/^[\w.-]{1,64}$/);
  });

  test("tells nothing of the key", () => {
    expect(newPartnerToken(appId, "key", issuedAt)).toBe(token);
    expect(token).not.toContain("key");
  });

  test.each([
    ["in the second of its issue", 0, true],
    ["when it is said to end", 3_600_000, true],
    ["after the 7,200 s of a client that does not read that", 7_200_000, true],
    ["before two hours and a quarter", 8_099_000, true],
    ["from two hours and a quarter on", 8_100_000, false],
    ["a day later", 86_400_000, false],
    ["by a clock that is a minute behind", -60_000, true],
    ["by a clock that is further behind", -61_000, false],
    ["long before it was issued", -3_600_000, false],
  ])("%s counts or does not", (_, ageMs, counts) => {
    expect(isInTime(read(token), issuedAt + ageMs)).toBe(counts);
  });

  test("with one character changed anywhere is no token of that key", () => {
    const characters = [..."0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_."];
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...characters), (at, character) => {
        fc.pre(token[at] !== character);
        const changed = readPartnerToken(token.slice(0, at) + character + token.slice(at + 1));
        return changed === undefined || !isTokenOf("key", changed);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each(["", ".", "..", token.slice(1), token.slice(0, -1), `${token}x`, ` ${token}`, token.replaceAll(".", "-")])(
    "is not read from, or not proven by, %j",
    (text) => {
      const found = readPartnerToken(text);
      expect(found !== undefined && isTokenOf("key", found)).toBe(false);
    },
  );

  test("is never a signature that the partner has sent", () => {
    fc.assert(
      fc.property(fc.base64String({ minLength: 22 }), (signature) => {
        const forged = readPartnerToken(`${appId}.${read(token).issuedAt.toString(36)}.${signature.slice(0, 22)}`);
        return forged === undefined || !isTokenOf("key", forged);
      }),
    );
  });
});
