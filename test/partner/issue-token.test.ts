import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createAuthenticatePartner } from "../../shared/partner/authenticate-partner.ts";
import { createIssueToken } from "../../shared/partner/issue-token.ts";
import type { Partner } from "../../shared/partner/partner.ts";
import type { PartnerDirectory } from "../../shared/partner/partner-directory.ts";
import { beijingTime } from "../support/partner.ts";

const now = Date.UTC(2026, 0, 5, 4, 0, 0);
const partner: Partner = {
  partnerId: "north-shop",
  appId: "app-1",
  appKeys: ["new", "old"],
  mids: [],
  allow: ["token"],
};

function directoryOf(known: Partner | undefined): PartnerDirectory {
  return {
    find: async () => ({ partner: known, isNew: false }),
    findAnew: async () => known,
    remember: () => undefined,
  };
}

/** What the official SDKs send, written anew here. */
function request(members: Record<string, unknown> = {}, algorithm = "sha256", appKey = "new", at = now) {
  const timestamp = beijingTime(at).replace(/\D/g, "");
  const signature = createHash(algorithm).update(`app-1${timestamp}0123456789${appKey}`).digest("hex");
  return { appId: "app-1", timestamp, nonce: "0123456789", signMethod: "SHA256", signature, ...members };
}

async function issue(json: unknown, known: Partner | null = partner) {
  return await createIssueToken({ directory: directoryOf(known ?? undefined), now: () => now })(json);
}

describe("a token is issued", () => {
  test.each([
    ["with SHA256", request()],
    ["with SHA1 where no method is named", request({ signMethod: undefined }, "sha1")],
    ["with SHA1 where the method is null", request({ signMethod: null }, "sha1")],
    ["with SHA1 by name", request({ signMethod: "SHA1" }, "sha1")],
    ["in capital letters", request({ signature: request().signature.toUpperCase() })],
    ["by the older key", request({}, "sha256", "old")],
    ["five minutes ago", request({}, "sha256", "new", now - 300_000)],
    ["beside members that nobody knows", request({ version: 1 })],
  ])("for a request signed %s, and lets its partner in", async (_, json) => {
    const issued = await issue(json);
    expect(issued).toMatchObject({ kind: "issued", partner: { partnerId: "north-shop" }, expiresIn: 3_600 });
    const token = issued.kind === "issued" ? issued.accessToken : "";
    const authenticate = createAuthenticatePartner({ directory: directoryOf(partner), now: () => now });
    const header = `OPEN-ACCESS-TOKEN AccessToken="${token}", AppId="app-1"`;
    expect(await authenticate(header, Buffer.from("{}"))).toMatchObject({ kind: "partner" });
  });
});

describe("no token is issued", () => {
  test.each([
    ["for SHA1 that is called SHA256", request({}, "sha1"), partner, "wrong_signature"],
    ["for SHA256 that is called nothing", request({ signMethod: undefined }), partner, "wrong_signature"],
    ["by a wrong key", request({}, "sha256", "guess"), partner, "wrong_signature"],
    ["for another nonce than was signed", request({ nonce: "9" }), partner, "wrong_signature"],
    ["six minutes later", request({}, "sha256", "new", now - 360_000), partner, "timestamp"],
    ["for a time that is none", request({ timestamp: "20260230000000" }), partner, "timestamp"],
    ["for a partner that may not use one", request(), { ...partner, allow: ["chinaums-statuses"] }, "not_allowed"],
    ["for a partner without any allowance", request(), { ...partner, allow: undefined }, "not_allowed"],
    ["for nobody", request(), null, "unknown_app_id"],
  ])("%s", async (_, json, known, because) => {
    expect(await issue(json, known)).toEqual({ kind: "refused", because });
  });

  test.each([
    null,
    [],
    "text",
    {},
    request({ appId: "" }),
    request({ nonce: "" }),
    request({ nonce: "9".repeat(129) }),
    request({ signMethod: "MD5" }),
    request({ signature: 1 }),
    request({ timestamp: null }),
  ])("for what is no request for one: %j", async (json) => {
    expect(await issue(json)).toEqual({ kind: "refused", because: "no_signature" });
  });
});
