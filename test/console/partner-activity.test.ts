import { expect, test } from "vitest";
import type { ActivityDays, AskedActivity, QueryOutcome } from "../../console/metrics/activity-query.ts";
import { useConsole } from "../support/console.ts";
import { hourMs } from "../support/refunds.ts";

const buckets = Array.from({ length: 24 }, (_, i) => ({
  at: i * hourMs,
  checks: 0,
  settled: 0,
  medianMs: undefined,
  p95Ms: undefined,
}));
const kinds = { settled: 0, failures: 0, blocked: 0, mismatches: 0, unfamiliar: 0 };
const metrics = { bucketMs: hourMs, buckets, kinds, refused: { rejected: 7, overShare: 2 } };

/** A log that tells what the test has it tell. */
function newLog() {
  const asked: ActivityDays[] = [];
  const log = {
    asked,
    last: undefined as AskedActivity | undefined,
    answer: async (_: ActivityDays): Promise<QueryOutcome> => ({ kind: "answered" }),
  };
  const ask = (days: ActivityDays) => {
    asked.push(days);
    return log.answer(days);
  };
  const activityQuery = { last: () => log.last, ask };
  return { log, telemetry: { readMetrics: async () => metrics, readActivity: undefined, activityQuery } };
}

const { log, telemetry } = newLog();
const { get, post } = useConsole({ telemetry });
const shown = newLog();
const readOnly = useConsole({ isReadOnly: true, telemetry: shown.telemetry });

const told = (askedAt: number, days: ActivityDays, byPartner: AskedActivity["byPartner"]) => ({
  askedAt,
  days,
  bytesRead: 2_460_000,
  byPartner,
});

test("until the log is asked, the figures of all partners are shown, with what asking costs", async () => {
  const { text } = await get("/partners");
  expect(text).toContain("in the last 1d: 7 requests refused, and 2 more over a share.");
  expect(text).toContain("about 0.005 USD for each GB read");
  expect(text).toMatch(
    /<button name="days" value="1">Ask about the last 1d<\/button> *<button name="days" value="7">Ask about the last 7d</,
  );
  expect(text).not.toContain("<dt>Last seen</dt>");
});

test("what the log told stays on the page, with when it was asked, and is not asked again", async () => {
  const now = Date.now();
  log.answer = async (days) => {
    const refusals = { timestamp: 2, INVALID_ORDER: 1 };
    log.last = told(now, days, new Map([["north-shop", { lastSeenAt: now - 2 * hourMs, requests: 46, refusals }]]));
    return { kind: "answered" };
  };
  expect(await post("/partners/activity", { days: "7" })).toMatchObject({ status: 303, location: "/partners" });
  await get("/partners");
  const { text } = await get("/partners");
  expect(log.asked).toEqual([7]);
  expect(text).toMatch(/The log of 7d was asked at <time datetime="[^"]+" [^>]+>[^<]+<\/time>/);
  expect(text).toContain("2.5 MB read.");
  expect(text).toMatch(/<dt>Last seen<\/dt><dd><time[^>]+>[^<]+<\/time> <small>2h ago/);
  expect(text).toContain("<dt>Requests</dt><dd>46</dd>");
  expect(text).toContain("<dt>Refusals</dt><dd>timestamp × 2, INVALID_ORDER × 1</dd>");
});

test("a partner that the log does not name was not seen in this time", async () => {
  log.last = told(Date.now(), 1, new Map());
  expect((await get("/partners")).text).toContain("<dt>Last seen</dt><dd>none in this time</dd>");
});

test("a name or a reason that the log holds shows as text, whatever markup it holds", async () => {
  const evil = '<img src=x onerror="alert(1)">';
  log.last = told(Date.now(), 1, new Map([[evil, { lastSeenAt: Date.now(), requests: 1, refusals: { [evil]: 1 } }]]));
  const { text } = await get("/partners");
  expect(text).toContain("In the log, but no partner now:");
  expect(text.match(/&lt;img src=x/g)).toHaveLength(2);
  expect(text).not.toContain("<img");
});

test.each<[QueryOutcome, string]>([
  [
    { kind: "slow", queryId: "q-1", waitedMs: 60_000 },
    "had no answer within 1m. Ask for a shorter time, or look at the query q-1",
  ],
  [{ kind: "ended", status: "Failed" }, "ended the query without an answer (Failed). Ask again"],
  [{ kind: "cut", rows: 10_000 }, "(10000 rows). Ask for a shorter time."],
])("a query that told nothing is one sentence: %j", async (outcome, sentence) => {
  log.answer = async () => outcome;
  const { status, text } = await post("/partners/activity", { days: "1" });
  expect([status, text]).toEqual([502, expect.stringContaining(sentence)]);
});

test("a failure of AWS is one sentence on the same page", async () => {
  log.answer = async () => {
    throw Object.assign(new Error("not authorized to perform: logs:StartQuery"), {
      name: "AccessDeniedException",
      $metadata: { httpStatusCode: 400 },
    });
  };
  const { status, text } = await post("/partners/activity", { days: "1" });
  expect([status, text]).toEqual([502, expect.stringContaining("The log was not asked: These credentials may not do")]);
  expect(text).toContain("<h1>Partners</h1>");
});

test("a time that is not offered, and a form without the hidden text, ask nothing", async () => {
  const before = log.asked.length;
  expect((await post("/partners/activity", { days: "365" })).status).toBe(404);
  expect((await post("/partners/activity", { days: "1", csrf: "" })).status).toBe(403);
  expect(log.asked).toHaveLength(before);
});

test("a console that only shows may ask the log, because that changes nothing", async () => {
  expect((await readOnly.post("/partners/activity", { days: "1" })).status).toBe(303);
  expect(shown.log.asked).toEqual([1]);
  expect((await readOnly.post("/partners/add", { id: "x", mids: "898310148160569" })).status).toBe(403);
  expect((await readOnly.get("/partners")).text.match(/method="post" action="([^"]+)"/g)).toEqual([
    'method="post" action="/partners/activity"',
  ]);
});
