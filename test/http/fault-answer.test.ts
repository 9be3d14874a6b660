import { STATUS_CODES } from "node:http";
import { describe, expect, test } from "vitest";
import { Fault, type FaultDetails } from "../../shared/http/fault.ts";
import { faultAnswer } from "../../shared/http/fault-answer.ts";
import { type FaultCode, faultRows } from "../../shared/http/fault-rows.ts";

const now = Date.UTC(2026, 0, 5);
const codes = Object.keys(faultRows) as FaultCode[];
/** RFC 9110 §15.5 renamed these; Node.js has the older phrases. */
const renamed: Record<number, string> = { 413: "Content Too Large", 422: "Unprocessable Content" };
const retryAfter = (code: FaultCode, details: FaultDetails = {}) =>
  faultAnswer(new Fault(code, details), "r", now).headers["Retry-After"];

describe("a problem", () => {
  test.each(codes)("of the code %s has its status's own phrase as title", (code) => {
    const { statusCode, body } = faultAnswer(new Fault(code), "r", now);
    const { title, type, status } = JSON.parse(body);
    expect({ title, type, status }).toEqual({
      title: renamed[statusCode] ?? STATUS_CODES[statusCode],
      type: "about:blank",
      status: statusCode,
    });
  });

  test("has the error members of ChinaUMS, and its own details", () => {
    const details = { errors: [{ field: "mid", message: "is required" }], headers: { "X-Own": "1" } };
    const { headers, body } = faultAnswer(new Fault("bad_request", details), "request-1", now);
    expect(headers).toEqual({
      "Content-Type": "application/problem+json; charset=utf-8",
      "Cache-Control": "no-store",
      "X-Own": "1",
    });
    expect(JSON.parse(body)).toEqual({
      type: "about:blank",
      title: "Bad Request",
      status: 400,
      detail: faultRows.bad_request.detail,
      errCode: "BAD_REQUEST",
      errMsg: "请求参数错误",
      requestId: "request-1",
      errors: details.errors,
    });
  });

  test("says what is wrong with an authentication where ChinaUMS does", () => {
    for (const code of ["unauthenticated", "not_your_merchant"] as const) {
      const { body } = faultAnswer(new Fault(code), "r", now);
      expect(JSON.parse(body)).toMatchObject({ errInfo: faultRows[code].errText });
      expect(JSON.parse(body)).not.toHaveProperty("errMsg");
    }
  });
});

describe("Retry-After", () => {
  test.each(codes)("is there for %s exactly if another try may go better", (code) => {
    expect(retryAfter(code) !== undefined).toBe([429, 502, 503, 504].includes(faultRows[code].status));
  });

  test.each([
    [-60_000, "1"],
    [0, "1"],
    [1, "1"],
    [1_000, "1"],
    [1_001, "2"],
    [59_000, "59"],
    [59_001, "60"],
    [60_000, "60"],
    [3_600_000, "60"],
  ])("is the wait until the next check, here %i ms, in whole seconds rounded up from 1 to 60", (waitMs, seconds) => {
    expect(retryAfter("upstream_timeout", { retryAt: now + waitMs })).toBe(seconds);
  });

  test.each([
    [1, "1"],
    [1_000, "1"],
    [1_001, "2"],
    [4_999, "5"],
    [5_000, "5"],
  ])("of a fault that names its wait, here %i ms, is that wait", (retryAfterMs, seconds) => {
    expect(retryAfter("in_flight", { retryAfterMs })).toBe(seconds);
  });

  test("is the constant of the fault where no check is planned", () => {
    expect(retryAfter("upstream_refuses_us", { retryAt: undefined })).toBe("60");
    expect(retryAfter("unavailable")).toBe("2");
    expect(retryAfter("partner_unknown_now")).toBe("1");
  });

  test("is not told with a fault that another try does not mend", () => {
    expect(retryAfter("internal", { retryAt: now + 1_000 })).toBeUndefined();
  });
});

describe("what an old client reads of a fault", () => {
  const shownByGuzzle = (body: string) => Buffer.from(body).subarray(0, 120).toString();

  test.each(codes)("of the code %s is errCode, and then its text, before anything else", (code) => {
    const { errCode, errText } = faultRows[code];
    for (const dialect of ["http", "chinaums"] as const) {
      const { body } = faultAnswer(new Fault(code).as({ dialect }), "r", now);
      expect(body).toMatch(new RegExp(`^\\{"errCode":"${errCode}","err(Msg|Info)":"${errText}",`));
      expect(shownByGuzzle(body)).toContain(errText);
    }
  });

  test.each(codes)("of the code %s comes by ChinaUMS's own status where its partner wants that", (code) => {
    const details = { retryAfterMs: 3_000, recheck: { state: "pending" } };
    const { statusCode, headers, body } = faultAnswer(new Fault(code, details).as({ dialect: "chinaums" }), "r", now);
    const said = JSON.parse(body);
    const byGateway = ["1000", "1001"].includes(said.errCode);
    expect(statusCode).toBe(said.errCode === "NO_SERVICE" ? 404 : byGateway ? 412 : 200);
    expect("errInfo" in said).toBe(byGateway || said.errCode === "NO_SERVICE");
    expect(headers["Content-Type"]).toBe("application/json; charset=utf-8");
    expect(headers["Retry-After"]).toBe("3");
    expect(said).toMatchObject({ detail: expect.any(String), requestId: "r", recheck: { state: "pending" } });
    for (const name of ["type", "title", "status"]) expect(said).not.toHaveProperty(name);
  });

  test("is in data too where the request was", () => {
    const { data, ...members } = JSON.parse(faultAnswer(new Fault("in_flight").as({ inData: true }), "r", now).body);
    expect(data).toEqual(members);
    expect(members).toMatchObject({ errCode: "ORDER_PROCESSING", requestId: "r" });
  });

  test("is told which scheme to use by a 401, and by nothing else", () => {
    for (const code of codes) {
      const { statusCode, headers } = faultAnswer(new Fault(code), "r", now);
      expect("WWW-Authenticate" in headers).toBe(statusCode === 401);
    }
    expect(faultAnswer(new Fault("unauthenticated"), "r", now).headers["WWW-Authenticate"]).toMatch(/^OPEN-BODY-SIG /);
  });

  test("is both texts where there is nothing at that path, as the two systems of ChinaUMS would name it", () => {
    const { statusCode, body } = faultAnswer(new Fault("no_service").as({ dialect: "chinaums" }), "r", now);
    const { errText } = faultRows.no_service;
    expect(statusCode).toBe(404);
    expect(JSON.parse(body)).toMatchObject({ errCode: "NO_SERVICE", errMsg: errText, errInfo: errText });
  });
});
