import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { activityPath } from "./metrics/activity-query.ts";

export type GuardDeps = {
  /** Lets in whoever brings it: in the address that the console prints, and from then on in a cookie. */
  readonly token: string;
  readonly isReadOnly: boolean;
};

/** The refusal of a request; nothing was changed. */
const refusals = {
  token: [401, "Open the console by the address that it printed when it started. 请用控制台启动时打印的地址打开。"],
  site: [403, "Another site may not use the console. 其他网站不得使用控制台。"],
  csrf: [403, "This form is not from this console; load the page again. 表单不是本控制台的，请刷新页面。"],
  readOnly: [403, "This console only shows (--read-only). 控制台为只读。"],
} as const;

/** Forms that change nothing of the service, which a console that only shows has, too. */
const queries: readonly string[] = [activityPath];

/** Nothing runs but what the console itself serves, and nothing of it is kept by the browser. */
const headers: Readonly<Record<string, string>> = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  // `no-referrer` would make the Origin of the console's own forms `null`.
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};

/** What a form of this console sends back. */
export function csrfOf(token: string): string {
  return createHmac("sha256", token).update("csrf").digest("base64url");
}

/**
 * Lets in the holder of the token alone, and lets nothing be changed but by a form of this console. That Host and Origin name
 * this machine is checked before, by the server.
 */
export function createGuard({ token, isReadOnly }: GuardDeps): MiddlewareHandler {
  return async (c, next) => {
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    const refuse = (name: keyof typeof refusals) => c.text(refusals[name][1], refusals[name][0]);
    // A cookie does not know ports, so its name has the port.
    const cookie = `refund-console-${new URL(c.req.url).port}`;
    const given = c.req.query("token");
    if (given !== undefined && isSame(given, token)) {
      setCookie(c, cookie, token, { httpOnly: true, sameSite: "Strict", path: "/" });
      return c.redirect(withoutToken(c), 303);
    }
    if (!isSame(getCookie(c, cookie) ?? "", token)) return refuse("token");
    if (c.req.method === "GET" || c.req.method === "HEAD") return await next();
    if (!["same-origin", undefined].includes(c.req.header("sec-fetch-site"))) return refuse("site");
    if (!isSame(await sentCsrf(c), csrfOf(token))) return refuse("csrf");
    return isReadOnly && !queries.includes(c.req.path) ? refuse("readOnly") : await next();
  };
}

function withoutToken(c: Context): string {
  const { pathname, searchParams } = new URL(c.req.url);
  searchParams.delete("token");
  // A path that begins with two slashes would name another host.
  return `/${pathname.replace(/^\/+/, "")}${searchParams.size > 0 ? `?${searchParams}` : ""}`;
}

async function sentCsrf(c: Context): Promise<string> {
  const { csrf } = await c.req.parseBody().catch(() => ({ csrf: "" }));
  return typeof csrf === "string" ? csrf : "";
}

/** Takes the same time wherever the two differ. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
