import type { Context } from "aws-lambda";
import { describe, expect, test } from "vitest";
import { createRefundQueryHandler } from "../../../functions/refund-query/handler.ts";
import type { StatusRequest, StatusResult } from "../../../functions/refund-query/status-request.ts";
import type { HttpAnswer } from "../../../shared/http/http-answer.ts";
import type { IssuedToken } from "../../../shared/partner/issue-token.ts";
import type { ShareTaken } from "../../../shared/partner/partner-shares.ts";
import type { Refund } from "../../../shared/refund/refund.ts";
import { UnavailableError } from "../../../shared/refund/unavailable.ts";
import type { Metric } from "../../../shared/telemetry/metrics.ts";
import { checkOf, claimedRefund, minuteMs, processing, start, timedOut } from "../../support/refunds.ts";

const partner = { partnerId: "north-shop", appId: "a", appKeys: ["k"], mids: ["898310148160568"] };
const within: ShareTaken = { kind: "within", told: Promise.resolve() };
const refundQuery = "/v1/netpay/refund-query";
const question = {
  requestTimestamp: "2026-01-05 09:00:00",
  merOrderId: "REFUND-0001",
  instMid: "APPDEFAULT",
  mid: "898310148160568",
  tid: "88880001",
};

type Deps = {
  readonly answer?: (request: StatusRequest) => Promise<StatusResult>;
  readonly taken?: ShareTaken;
  readonly issued?: IssuedToken;
};

/** Calls the function as API Gateway does, and gives its answer and the one line that it logs. */
async function call(path: string, body: object, deps: Deps = {}, headers: Record<string, string> = {}) {
  const lines: { level: string; event: string; fields: Record<string, unknown>; metrics: readonly Metric[] }[] = [];
  const handler = createRefundQueryHandler({
    authenticatePartner: async () => ({ kind: "partner", partner }),
    partnerShares: { take: () => deps.taken ?? within },
    issueToken: async () => deps.issued ?? { kind: "refused", because: "no_signature" },
    answerStatusRequest: deps.answer ?? (() => Promise.reject(new Error("nothing was to be asked"))),
    expectedWaits: {},
    log: (level, event, fields, metrics = []) => lines.push({ level, event, fields, metrics }),
    now: () => start,
  });
  const event = {
    version: "2.0",
    rawPath: path,
    headers,
    body: JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { requestId: "request-1", http: { method: "POST" } },
  };
  const answer = (await handler(event, { getRemainingTimeInMillis: () => 28_000 } as Context)) as HttpAnswer;
  expect(lines).toHaveLength(1);
  const [line = { level: "", event: "", fields: {}, metrics: [] }] = lines;
  return { answer, body: JSON.parse(answer.body), line };
}

const identity = { mid: question.mid, instMid: question.instMid, merOrderId: question.merOrderId };
const pending: Refund = claimedRefund({ ...identity, checkedAt: start, reading: processing, attempts: 2 });
const says = (over: Partial<Extract<StatusResult, { kind: "answered" }>>) => async (): Promise<StatusResult> => ({
  kind: "answered",
  refund: pending,
  check: undefined,
  answer: { errCode: "SUCCESS" },
  source: "record",
  replayed: false,
  keyExpiresAt: undefined,
  ...over,
});
const upstreamSays = (over: Parameters<typeof says>[0] = {}) =>
  says({ check: checkOf(processing), source: "upstream", before: pending, ...over });
const named = (metrics: readonly Metric[]) => Object.fromEntries(metrics.map(({ name, value }) => [name, value]));

describe("the line of a refund query", () => {
  test("says who asked about which refund, and what came of the check", async () => {
    const { line } = await call(refundQuery, { ...question, msgId: "m-1" }, { answer: upstreamSays() });
    expect(line).toEqual({
      level: "info",
      event: "refund_query",
      fields: {
        requestId: "request-1",
        partner: "north-shop",
        ...identity,
        msgId: "m-1",
        upstreamMsgId: "0".repeat(32),
        upstreamLatencyMs: 7,
        reading: "processing",
        code: undefined,
        state: "pending",
        attempts: 2,
        source: "upstream",
        replayed: undefined,
        status: 200,
        durationMs: 0,
      },
      metrics: [
        { name: "Checks", value: 1 },
        { name: "UpstreamLatency", value: [7] },
      ],
    });
  });

  test("names the number that went to ChinaUMS as the request's own, where the partner sent none", async () => {
    const { line } = await call(refundQuery, question, { answer: upstreamSays() });
    expect(line.fields).toMatchObject({ msgId: "0".repeat(32), upstreamMsgId: undefined });
  });

  test("counts no check where the record has answered, and says that it was a replay", async () => {
    const { line } = await call(refundQuery, question, { answer: says({ replayed: true }) });
    expect(line.fields).toMatchObject({ source: "record", replayed: true, upstreamLatencyMs: undefined });
    expect(line.metrics).toEqual([]);
  });

  test("counts a refund that came to review by this check, and not one that was there before", async () => {
    const refund: Refund = { ...pending, state: "needs_review" };
    const counted = async (before: Refund | undefined) =>
      named((await call(refundQuery, question, { answer: upstreamSays({ refund, before }) })).line.metrics);
    expect(await counted(pending)).toMatchObject({ NeedsReview: 1 });
    expect(await counted(refund)).not.toHaveProperty("NeedsReview");
    expect(await counted(undefined)).not.toHaveProperty("NeedsReview");
  });

  test("counts a record that cannot be read, and no record that cannot be reached", async () => {
    const counted = async (code: "RECORD_UNREADABLE" | "RECORD_UNAVAILABLE") => {
      const answer = () => Promise.reject(new UnavailableError(code));
      return named((await call(refundQuery, question, { answer })).line.metrics);
    };
    expect(await counted("RECORD_UNREADABLE")).toEqual({ UnreadableRecords: 1, UnavailableFaults: 1 });
    expect(await counted("RECORD_UNAVAILABLE")).toEqual({ UnavailableFaults: 1 });
  });

  test("counts a check that brought no answer beside the fault that it ends in", async () => {
    const refund: Refund = { ...pending, reading: timedOut, dueAt: start + minuteMs };
    const answer = upstreamSays({ refund, check: checkOf(timedOut), answer: undefined });
    const { line } = await call(refundQuery, question, { answer });
    expect(line).toMatchObject({ level: "warn", fields: { fault: "upstream_timeout", status: 504, state: "pending" } });
    expect(named(line.metrics)).toMatchObject({ Checks: 1, UpstreamFaults: 1, UpstreamFailures: 1 });
  });

  test("names every field that is wrong, the key's too, and nothing of the refund", async () => {
    const { answer, body, line } = await call(refundQuery, { ...question, tid: "1" }, {}, { "idempotency-key": "a b" });
    expect(answer.statusCode).toBe(400);
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual(["tid", "Idempotency-Key"]);
    expect(line.fields).toMatchObject({ wrongFields: "tid,Idempotency-Key", fault: "bad_request" });
    expect(line.fields).not.toHaveProperty("mid");
  });

  test("names the refund of a merchant that is not the partner's, and nobody is asked about it", async () => {
    const { answer, line } = await call(refundQuery, { ...question, mid: "898310148160569" });
    expect(answer.statusCode).toBe(403);
    expect(line.fields).toMatchObject({
      mid: "898310148160569",
      merOrderId: "REFUND-0001",
      fault: "not_your_merchant",
    });
  });
});

describe("the headers of an answer", () => {
  const keyExpiresAt = start + 60 * minuteMs;
  const keyHeaders = { "Idempotent-Replayed": "true", "Idempotency-Key-Expires": "2026-01-05T02:00:00.000Z" };

  test("say that it is a replay, and until when the key is remembered", async () => {
    const { answer } = await call(refundQuery, question, { answer: says({ replayed: true, keyExpiresAt }) });
    expect(answer.headers).toEqual({
      "Content-Type": "application/json; charset=utf-8",
      "Cache-Control": "no-store",
      ...keyHeaders,
    });
  });

  test("say so where there is no answer to show as well, and when to come back", async () => {
    const refund: Refund = { ...pending, reading: timedOut, dueAt: start + 30_000 };
    const answered = says({ refund, answer: undefined, replayed: true, keyExpiresAt });
    const { answer } = await call(refundQuery, question, { answer: answered });
    expect(answer.statusCode).toBe(504);
    expect(answer.headers).toMatchObject({ ...keyHeaders, "Retry-After": "30" });
  });

  test("have nothing of a key where none was sent", async () => {
    const { answer } = await call(refundQuery, question, { answer: says({}) });
    expect(Object.keys(answer.headers)).toEqual(["Content-Type", "Cache-Control"]);
  });
});

test("a request that waited in vain for another one is told when to come back, and what is on record", async () => {
  const waiting = async (refund: Refund | undefined) =>
    await call(refundQuery, question, { answer: async () => ({ kind: "in_flight", refund, retryAfterMs: 1_500 }) });
  const { answer, body, line } = await waiting(pending);
  expect([answer.statusCode, answer.headers["Retry-After"]]).toEqual([409, "2"]);
  expect(body.recheck).toMatchObject({ state: "pending", attempts: 2, source: "record" });
  expect(line).toMatchObject({
    level: "info",
    fields: { fault: "in_flight" },
    metrics: [{ name: "RejectedRequests" }],
  });
  expect((await waiting(undefined)).body).not.toHaveProperty("recheck");
});

test("what a partner wants echoed is its own, whatever ChinaUMS's answer says", async () => {
  const answer = says({ answer: { errCode: "SUCCESS", msgId: "of another request" } });
  const { body } = await call(refundQuery, { ...question, msgId: "m-1", srcReserve: "mine" }, { answer });
  expect(body).toMatchObject({ msgId: "m-1", srcReserve: "mine" });
});

describe("the token call", () => {
  const issued: IssuedToken = { kind: "issued", partner, accessToken: "t", expiresIn: 3_600 };

  test("logs whom it has let in", async () => {
    const { body, line } = await call("/v1/token/access", {}, { issued });
    expect(body).toEqual({ errCode: "0000", errInfo: "正常", accessToken: "t", expiresIn: 3_600 });
    expect(line).toMatchObject({ event: "partner_token", fields: { partner: "north-shop", status: 200 } });
  });

  test("tells in ChinaUMS's form that a share is spent, or that the call was refused", async () => {
    const spent = await call("/v2/token/access", {}, { issued, taken: { kind: "spent", waitMs: 1_000 } });
    expect([spent.answer.statusCode, spent.body.errCode]).toEqual([200, "SYSTEM_BUSY"]);
    expect(spent.line.fields).toMatchObject({ partner: "north-shop", fault: "share_spent" });
    const refused = await call("/v1/token/access", {});
    expect([refused.answer.statusCode, refused.body.errCode]).toEqual([412, "1000"]);
    expect(refused.line.fields).toMatchObject({ refused: "no_signature", fault: "unauthenticated" });
  });
});
