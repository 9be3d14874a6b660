import { request } from "node:http";
import { expect, test } from "vitest";
import { token, useConsole } from "../support/console.ts";
import { claimedRefund, newIdentity } from "../support/refunds.ts";

const console = useConsole();
const { get, post, origin } = console;

/** A request with any Host, which `fetch` does not allow. */
function statusWith(headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(origin(), { headers: { cookie: `refund-console-${new URL(origin()).port}=${token}`, ...headers } })
      .on("response", ({ statusCode }) => resolve(statusCode))
      .on("error", reject)
      .end();
  });
}

test("without the token nothing is shown, and a wrong one is none", async () => {
  for (const path of [
    "/",
    "/refunds",
    "/partners",
    "/assets/console.js",
    "/refunds.csv",
    "/?token=wrong",
    "/nowhere",
  ]) {
    const { status, text } = await get(path, { cookie: "" });
    expect([path, status]).toEqual([path, 401]);
    expect(text).not.toContain("north-shop");
  }
});

test("the token of the address becomes a cookie of this site alone, and leaves the address", async () => {
  const { status, headers } = await get(`/refunds?token=${token}&state=pending`, { cookie: "" });
  expect([status, headers.get("location")]).toEqual([303, "/refunds?state=pending"]);
  expect(headers.get("set-cookie")).toMatch(/^refund-console-\d+=test-token; Path=\/; HttpOnly; SameSite=Strict$/);
});

test("a name that leads here by DNS, and another site, are refused though they have the cookie", async () => {
  expect(await statusWith({ host: "evil.example" })).toBe(403);
  expect(await statusWith({ origin: "http://evil.example" })).toBe(403);
  expect(await statusWith({ origin: origin() })).toBe(200);
});

test("a form of another site changes nothing, with or without its own idea of the hidden text", async () => {
  const refund = await console.put(claimedRefund(newIdentity()));
  const path = `/refunds/${refund.mid}/${refund.instMid}/${refund.merOrderId}`;
  expect((await post(`${path}/note`, { text: "forged", csrf: "" })).status).toBe(403);
  expect((await post(`${path}/note`, { text: "forged", csrf: token })).status).toBe(403);
  expect((await post(`${path}/note`, { text: "forged" }, { "sec-fetch-site": "cross-site" })).status).toBe(403);
  expect((await post(`${path}/note`, { text: "forged" }, { origin: "http://evil.example" })).status).toBe(403);
  expect((await get(path)).text).not.toContain("forged");
});

test("no page lets the browser run or load what the console does not serve itself, or keep it", async () => {
  const { headers, text } = await get("/");
  const policy = headers.get("content-security-policy");
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(text).not.toMatch(/<script(?![^>]* src="\/)|<style| style="| on\w+="/);
});
