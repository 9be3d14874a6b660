import { describe, expect, test } from "vitest";
import { createAuthenticatePartner } from "../../shared/partner/authenticate-partner.ts";
import type { Partner } from "../../shared/partner/partner.ts";
import type { PartnerDirectory } from "../../shared/partner/partner-directory.ts";
import { newPartnerToken } from "../../shared/partner/partner-token.ts";
import { authorization } from "../support/partner.ts";

const now = Date.UTC(2026, 0, 5, 4, 0, 0);
const minuteMs = 60_000;
const partner: Partner = { partnerId: "north-shop", appId: "app-1", appKeys: ["new", "old"], mids: [] };
const body = '{"备注":"测试"}';

function authenticating(known: Partner | undefined, renewed: Partner | undefined = known) {
  const asked: string[] = [];
  const found = { partner: known, isNew: false };
  const directory: PartnerDirectory = {
    find: async (appId) => {
      asked.push(`find ${appId}`);
      return found;
    },
    findAnew: async (appId, before) => {
      expect(before).toBe(found);
      asked.push(`findAnew ${appId}`);
      return renewed;
    },
    remember: (appId) => asked.push(`remember ${appId}`),
  };
  const authenticatePartner = createAuthenticatePartner({ directory, now: () => now });
  return {
    asked,
    authenticatePartner: (header: string | undefined, bytes = body) => authenticatePartner(header, Buffer.from(bytes)),
  };
}
const signed = (appKey: string, at = now) => authorization({ appId: "app-1", appKey }, body, at);

describe("a partner", () => {
  test.each(["new", "old"])("is known by either of its keys, and remembered: %s", async (key) => {
    const { authenticatePartner, asked } = authenticating(partner);
    expect(await authenticatePartner(signed(key))).toMatchObject({ kind: "partner", partner });
    expect(asked).toEqual(["find app-1", "remember app-1"]);
  });

  test("whose key has just been replaced is looked up anew before it is refused", async () => {
    const { authenticatePartner, asked } = authenticating(partner, { ...partner, appKeys: ["newest", "new"] });
    expect(await authenticatePartner(signed("newest"))).toMatchObject({ kind: "partner" });
    expect(asked).toEqual(["find app-1", "findAnew app-1", "remember app-1"]);
  });

  test.each([
    ["within the window, early", -5 * minuteMs, "partner"],
    ["within the window, late", 5 * minuteMs, "partner"],
    ["before the window", -5 * minuteMs - 1_000, "refused"],
    ["after the window", 5 * minuteMs + 1_000, "refused"],
  ])("signed %s", async (_, shiftMs, kind) => {
    expect((await authenticating(partner).authenticatePartner(signed("new", now + shiftMs))).kind).toBe(kind);
  });
});

describe("refused, with a reason for the log alone,", () => {
  test.each([
    ["no header", undefined, "no_signature"],
    ["another scheme", "Bearer x", "no_signature"],
    ["a time that is none", signed("new").replace(/Timestamp="\d{4}/, 'Timestamp="20x6'), "timestamp"],
    ["a wrong key", signed("guess"), "wrong_signature"],
  ])("is %s", async (_, header, because) => {
    expect(await authenticating(partner).authenticatePartner(header)).toMatchObject({ kind: "refused", because });
  });

  test("is a body that was changed by one byte", async () => {
    expect(await authenticating(partner).authenticatePartner(signed("new"), body.replace("试", "式"))).toMatchObject({
      because: "wrong_signature",
    });
  });

  test("is an AppId that nobody has, by the same steps as a wrong key of a partner", async () => {
    const nobody = authenticating(undefined);
    const known = authenticating(partner);
    expect(await nobody.authenticatePartner(signed("new"))).toEqual({ kind: "refused", because: "unknown_app_id" });
    await known.authenticatePartner(signed("guess"));
    expect(nobody.asked).toEqual(["find app-1", "findAnew app-1"]);
    expect(known.asked).toEqual(nobody.asked);
  });

  test("is a time that is wrong, and nothing is looked up for it", async () => {
    const { authenticatePartner, asked } = authenticating(partner);
    await authenticatePartner(signed("new", now - 60 * minuteMs));
    expect(asked).toEqual([]);
  });

  test("is a partner found under another AppId than it signs with, and it is not remembered", async () => {
    const { authenticatePartner, asked } = authenticating({ ...partner, appId: "app-2" });
    expect((await authenticatePartner(signed("new"))).kind).toBe("refused");
    expect(asked).toEqual(["find app-1", "findAnew app-1"]);
  });

  test.each([
    ["nobody", undefined],
    ["a partner with one key", { ...partner, appKeys: ["new"] }],
  ])("is the key that is tried in place of a missing one, of %s", async (_, known) => {
    const { authenticatePartner } = authenticating(known);
    expect((await authenticatePartner(signed("no partner signs with this"))).kind).toBe("refused");
  });
});

describe("a token", () => {
  const allowed: Partner = { ...partner, allow: ["a-word-of-a-newer-version", "token"] };
  const token = newPartnerToken("app-1", "new", now);

  test.each([
    `OPEN-ACCESS-TOKEN AccessToken="${token}", AppId="app-1"`,
    `OPEN-ACCESS-TOKEN AppId="app-1",AccessToken="${token}"`,
    `OPEN-ACCESS-TOKEN AppId="app-1", Token="${token}"`,
    `OPEN-ACCESS-TOKEN AccessToken="${token}"`,
    `OPEN-ACCESS-TOKEN AccessToken=${token}`,
    `OPEN-ACCESS-TOKEN AccessToken=${token},AppId=app-1`,
    `  open-access-token   accesstoken = ${token} ,\tappid = "app-1"  `,
  ])("lets its partner in: %s", async (header) => {
    const { authenticatePartner, asked } = authenticating(allowed);
    expect(await authenticatePartner(header)).toEqual({ kind: "partner", partner: allowed });
    expect(asked).toEqual(["find app-1", "remember app-1"]);
  });

  const header = `OPEN-ACCESS-TOKEN AccessToken="${token}"`;

  test("of the older key lets its partner in while that key is there, and no longer", async () => {
    const older = `OPEN-ACCESS-TOKEN AccessToken="${newPartnerToken("app-1", "old", now)}"`;
    expect(await authenticating(allowed).authenticatePartner(older)).toMatchObject({ kind: "partner" });
    const retired = authenticating({ ...allowed, appKeys: ["new"] });
    expect(await retired.authenticatePartner(older)).toMatchObject({ kind: "refused", because: "wrong_token" });
  });

  test("of a partner that has just been allowed to use one is known at once", async () => {
    const { authenticatePartner, asked } = authenticating(partner, allowed);
    expect(await authenticatePartner(header)).toMatchObject({ kind: "partner" });
    expect(asked).toEqual(["find app-1", "findAnew app-1", "remember app-1"]);
  });

  test.each([
    ["of a partner that may not use one", partner, header, "not_allowed"],
    ["of a partner that was removed", undefined, header, "unknown_app_id"],
    ["that is two hours and a quarter old", allowed, tokenOf(now - 8_100_000), "expired_token"],
    ["of another partner under this AppId", allowed, tokenOf(now, "app-1", "its key"), "wrong_token"],
    ["beside another AppId", allowed, `${header}, AppId="app-2"`, "wrong_token"],
    [
      "with one character changed",
      allowed,
      header.replace(/.(?="$)/, (last) => (last === "A" ? "B" : "A")),
      "wrong_token",
    ],
    ["that is none of ours", allowed, 'OPEN-ACCESS-TOKEN AccessToken="0123456789abcdef"', "wrong_token"],
    ["that is missing", allowed, 'OPEN-ACCESS-TOKEN AppId="app-1"', "no_signature"],
    ["that is said twice", allowed, `${header}, AccessToken="${token}"`, "no_signature"],
    ["of another scheme", allowed, header.replace("OPEN-ACCESS-TOKEN", "Bearer"), "no_signature"],
  ])("%s is refused", async (_, known, sent, because) => {
    const { authenticatePartner, asked } = authenticating(known);
    const refused = await authenticatePartner(sent);
    expect(refused).toMatchObject({ kind: "refused", because });
    if (because !== "expired_token") expect(asked).not.toContain("remember app-1");
  });

  test("that has expired names its partner, because the answer takes the form that this partner is told by", async () => {
    const { authenticatePartner } = authenticating(allowed);
    expect(await authenticatePartner(tokenOf(now - 86_400_000))).toMatchObject({ kind: "refused", partner: allowed });
  });

  function tokenOf(issuedAt: number, appId = "app-1", appKey = "new"): string {
    return `OPEN-ACCESS-TOKEN AccessToken="${newPartnerToken(appId, appKey, issuedAt)}"`;
  }
});
