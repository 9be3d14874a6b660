import type { Context } from "aws-lambda";
import { describe, expect, test } from "vitest";
import { createApiHandler, type Route } from "../../shared/http/api-handler.ts";
import { Fault } from "../../shared/http/fault.ts";
import { type HttpAnswer, jsonAnswer } from "../../shared/http/http-answer.ts";
import { createPartnerRoute } from "../../shared/http/partner-route.ts";
import type { PartnerAuthentication } from "../../shared/partner/authenticate-partner.ts";
import type { Partner } from "../../shared/partner/partner.ts";
import type { PartnerShares } from "../../shared/partner/partner-shares.ts";

type Line = { readonly event: string; readonly fields: Record<string, unknown> };

/** Calls a handler with these routes as API Gateway does. */
async function call(routes: Record<string, Route>, { method = "POST", path = "/a/b", body = "" } = {}) {
  const lines: Line[] = [];
  const handler = createApiHandler({
    routes,
    log: (_level, event, fields) => lines.push({ event, fields }),
    now: () => 1_000,
  });
  const event = {
    version: "2.0",
    rawPath: path,
    headers: {},
    body,
    isBase64Encoded: false,
    requestContext: { requestId: "request-1", http: { method } },
  };
  const context = { getRemainingTimeInMillis: () => 28_000 } as Context;
  const answer = (await handler(event, context)) as HttpAnswer;
  expect(lines).toHaveLength(1);
  return { answer, body: JSON.parse(answer.body), line: lines[0] };
}

const echo: Route = {
  event: "echo",
  maxBodyBytes: 2_048,
  answer: async ({ requestId, routeKey, endsAt, body }) =>
    jsonAnswer({ requestId, routeKey, endsAt, length: body.byteLength }),
};

describe("a path", () => {
  test.each(["/a/b", "/a/b/", "/a/b//", "//a/b", "///a/b/"])("%s is the same question", async (path) => {
    const { answer, body, line } = await call({ "POST /a/b": echo }, { path });
    expect(answer.statusCode).toBe(200);
    expect(body).toEqual({ requestId: "request-1", routeKey: "POST /a/b", endsAt: 29_000, length: 0 });
    expect(line).toMatchObject({ event: "echo", fields: { requestId: "request-1", status: 200 } });
  });

  test.each([
    ["POST", "/"],
    ["POST", ""],
    ["POST", "//"],
    ["POST", "/a"],
    ["POST", "/a//b"],
    ["POST", "/a/b/c"],
    ["POST", "/A/b"],
    ["GET", "/a/b"],
    ["POST", "/__proto__"],
    ["POST", `/${"/".repeat(10_000)}x`],
  ])("that is not served is named in ChinaUMS's form: %s %s", async (method, path) => {
    const { answer, body, line } = await call({ "POST /a/b": echo }, { method, path });
    expect(answer.statusCode).toBe(404);
    expect(answer.headers["Content-Type"]).toBe("application/json; charset=utf-8");
    expect(Object.keys(body).slice(0, 3)).toEqual(["errCode", "errMsg", "errInfo"]);
    expect(body.errCode).toBe("NO_SERVICE");
    expect(line).toMatchObject({ event: "api_request", fields: { fault: "no_service", status: 404 } });
  });
});

test("a body may be as long as its route says, and not a byte longer", async () => {
  expect((await call({ "POST /a/b": echo }, { body: "x".repeat(2_048) })).body.length).toBe(2_048);
  const { answer, body } = await call({ "POST /a/b": echo }, { body: "x".repeat(2_049) });
  expect([answer.statusCode, body.errCode, body.detail]).toEqual([
    413,
    "BAD_REQUEST",
    "The body may have at most 2 KiB.",
  ]);
});

describe("a route of partners", () => {
  const plain: Partner = { partnerId: "north-shop", appId: "a", appKeys: ["k"], mids: [] };
  const old: Partner = { ...plain, allow: ["chinaums-statuses", "a-word-of-a-newer-version"] };
  const within: PartnerShares = { take: () => ({ kind: "within", told: Promise.resolve() }) };
  const spent: PartnerShares = { take: () => ({ kind: "spent", waitMs: 1_200 }) };
  const routes = (authentication: PartnerAuthentication, fail?: unknown, partnerShares = within) => ({
    "POST /a/b": createPartnerRoute({
      event: "own",
      maxBodyBytes: 2_048,
      authenticatePartner: async () => authentication,
      partnerShares,
      answer: async ({ partner }) => {
        if (fail !== undefined) throw fail;
        return jsonAnswer({ hello: partner.partnerId });
      },
    }),
  });

  test("gets the partner, and logs its name", async () => {
    const { body, line } = await call(routes({ kind: "partner", partner: plain }));
    expect(body).toEqual({ hello: "north-shop" });
    expect(line).toMatchObject({ event: "own", fields: { partner: "north-shop" } });
  });

  test.each([
    ["nobody", undefined, 401],
    ["a partner", plain, 401],
    ["a partner with ChinaUMS's statuses", old, 412],
  ])("is not reached by somebody who is not %s", async (_, partner, status) => {
    const { answer, body, line } = await call(routes({ kind: "refused", because: "wrong_signature", partner }));
    expect([answer.statusCode, body.errCode]).toEqual([status, "1000"]);
    expect(line?.fields).toMatchObject({ refused: "wrong_signature", status });
    expect(line?.fields).not.toHaveProperty("partner");
  });

  test.each([
    [plain, new Fault("not_your_merchant"), 403, "1001"],
    [old, new Fault("not_your_merchant"), 412, "1001"],
    [plain, new Fault("upstream_timeout"), 504, "TIMEOUT"],
    [old, new Fault("upstream_timeout"), 200, "TIMEOUT"],
    [plain, new TypeError("x"), 500, "INTERNAL_ERROR"],
    [old, new TypeError("x"), 200, "INTERNAL_ERROR"],
  ])("tells its partner of trouble in the partner's own form", async (partner, error, status, errCode) => {
    const { answer, body, line } = await call(routes({ kind: "partner", partner }, error));
    expect([answer.statusCode, body.errCode]).toEqual([status, errCode]);
    expect("title" in body).toBe(partner === plain);
    expect(line?.fields).toMatchObject({ status, errCode });
    if (error instanceof TypeError) expect(line?.fields.fault).toBe("TypeError");
  });

  test.each([
    [plain, 429],
    [old, 200],
  ])("tells a partner that has spent its share when to come back, and does not answer", async (partner, status) => {
    const reached = new TypeError("reached");
    const { answer, body, line } = await call(routes({ kind: "partner", partner }, reached, spent));
    expect([answer.statusCode, body.errCode, answer.headers["Retry-After"]]).toEqual([status, "SYSTEM_BUSY", "2"]);
    expect("title" in body).toBe(partner === plain);
    expect(line?.fields).toMatchObject({ status, fault: "share_spent", partner: "north-shop" });
  });

  test("is left only when other instances can know of the request", async () => {
    let isTold = false;
    const told = Promise.resolve().then(() => {
      isTold = true;
    });
    await call(routes({ kind: "partner", partner: plain }, undefined, { take: () => ({ kind: "within", told }) }));
    expect(isTold).toBe(true);
  });
});
