import { describe, expect, test } from "vitest";
import { isAllowed, partnerSchema } from "../../shared/partner/partner.ts";

const secret = { partnerId: "north-shop", appId: "app-1", appKeys: ["key"], mids: ["898340149000005"] };
const isPartner = (members: object) => partnerSchema.safeParse({ ...secret, ...members }).success;

describe("the secret of a partner", () => {
  test.each([
    ["a name of 64 characters", { partnerId: "a_Z-9".padEnd(64, "x") }],
    ["an AppId of 128 characters", { appId: "!~".padEnd(128, "x") }],
    ["two keys of 128 characters", { appKeys: ["k".repeat(128), "!~"] }],
    ["no merchant yet", { mids: [] }],
    ["a merchant number with letters", { mids: ["89834014900000A", "89834014900000z"] }],
    ["an allowance that only a newer version knows", { allow: ["token", "refunds-of-others"] }],
  ])("may hold %s", (_, members) => {
    expect(isPartner(members)).toBe(true);
  });

  test.each([
    ["a name of 65 characters", { partnerId: "x".repeat(65) }],
    ["no name", { partnerId: "" }],
    ["a name with a space", { partnerId: "north shop" }],
    ["an AppId of 129 characters", { appId: "x".repeat(129) }],
    ["an empty AppId", { appId: "" }],
    ["an AppId with a space", { appId: "app 1" }],
    ["an AppId in Chinese", { appId: "商户" }],
    ["no key", { appKeys: [] }],
    ["an empty key", { appKeys: [""] }],
    ["a key of 129 characters", { appKeys: ["k".repeat(129)] }],
    ["a key that ends in a line break", { appKeys: ["key\n"] }],
    ["three keys", { appKeys: ["one", "two", "three"] }],
    ["a merchant number of 14 characters", { mids: ["89834014900000"] }],
    ["a merchant number of 16 characters", { mids: ["8983401490000055"] }],
    ["a merchant number with a dash", { mids: ["898340149-00005"] }],
    ["an allowance that is no text", { allow: [1] }],
  ])("may not hold %s", (_, members) => {
    expect(isPartner(members)).toBe(false);
  });
});

test("a partner may do what its secret allows, and nothing where that says nothing", () => {
  const allowed = { ...secret, allow: ["token"] };
  expect(isAllowed(allowed, "token")).toBe(true);
  expect(isAllowed(allowed, "chinaums-statuses")).toBe(false);
  expect(isAllowed(secret, "token")).toBe(false);
  expect(isAllowed(undefined, "token")).toBe(false);
});
