import { describe, expect, test } from "vitest";
import { createAuthenticatePartner } from "../../shared/partner/authenticate-partner.ts";
import type { Partner, PartnerDirectory } from "../../shared/partner/partner.ts";
import { authorization } from "../support/partner.ts";

const now = Date.UTC(2026, 0, 5, 4, 0, 0);
const minuteMs = 60_000;
const partner: Partner = { partnerId: "north-shop", appId: "app-1", appKeys: ["new", "old"], mids: [] };
const body = '{"备注":"测试"}';

function authenticating(known: Partner | undefined, renewed: Partner | undefined = known) {
  const asked: string[] = [];
  const directory: PartnerDirectory = {
    find: async () => {
      asked.push("find");
      return known;
    },
    findAnew: async () => {
      asked.push("findAnew");
      return renewed;
    },
  };
  const authenticatePartner = createAuthenticatePartner(directory, () => now);
  return {
    asked,
    authenticatePartner: (header: string | undefined, bytes = body) => authenticatePartner(header, Buffer.from(bytes)),
  };
}
const signed = (appKey: string, at = now) => authorization({ appId: "app-1", appKey }, body, at);

describe("a partner", () => {
  test.each(["new", "old"])("is known by either of its keys, in one check: %s", async (key) => {
    const { authenticatePartner, asked } = authenticating(partner);
    expect(await authenticatePartner(signed(key))).toMatchObject({ kind: "partner", partner });
    expect(asked).toEqual(["find"]);
  });

  test("whose key has just been replaced is looked up anew before it is refused", async () => {
    const { authenticatePartner, asked } = authenticating(partner, { ...partner, appKeys: ["newest", "new"] });
    expect(await authenticatePartner(signed("newest"))).toMatchObject({ kind: "partner" });
    expect(asked).toEqual(["find", "findAnew"]);
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
    expect(await authenticating(partner).authenticatePartner(header)).toEqual({ kind: "refused", because });
  });

  test("is a body that was changed by one byte", async () => {
    expect(await authenticating(partner).authenticatePartner(signed("new"), body.replace("试", "式"))).toMatchObject({
      because: "wrong_signature",
    });
  });

  test("is an AppId that nobody has, and nobody is looked up for a time that is wrong", async () => {
    const { authenticatePartner, asked } = authenticating(undefined);
    expect(await authenticatePartner(signed("new"))).toEqual({ kind: "refused", because: "unknown_app_id" });
    asked.length = 0;
    await authenticatePartner(signed("new", now - 60 * minuteMs));
    expect(asked).toEqual([]);
  });

  test("is a partner found under another AppId than it signs with", async () => {
    const { authenticatePartner } = authenticating({ ...partner, appId: "app-2" });
    expect((await authenticatePartner(signed("new"))).kind).toBe("refused");
  });

  test("is the key that stands in for nobody's", async () => {
    const { authenticatePartner } = authenticating(undefined);
    expect((await authenticatePartner(signed("no partner signs with this"))).kind).toBe("refused");
  });
});
