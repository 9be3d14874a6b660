import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";
import { createInsightsQuery } from "../../console/metrics/insights-query.ts";
import { awsFailure } from "../../tools/aws-failure.ts";
import { dayMs } from "../support/refunds.ts";
import { type ScriptedAnswer, startScriptedServer } from "../support/scripted-server.ts";

const start = Date.UTC(2026, 2, 1, 12, 34, 56, 789);

/** Functions say where they log, one after another. */
const logsTo = (LogGroup: string): ScriptedAnswer => ({ status: 200, body: { LoggingConfig: { LogGroup } } });
const functions = [logsTo("RefundStatus-test-QueryLogs"), logsTo("RefundStatus-test-FeedLogs")];
const started: ScriptedAnswer = { status: 200, body: { queryId: "q-1" } };
type Row = Readonly<Record<string, string>>;
const results = (status: string, ...rows: Row[]): ScriptedAnswer => ({
  status: 200,
  body: {
    status,
    statistics: { bytesScanned: 2_500_000, recordsScanned: 9, recordsMatched: 7 },
    results: rows.map((row) => Object.entries(row).map(([field, value]) => ({ field, value }))),
  },
});
const refusal = (name: string, message: string): ScriptedAnswer => ({
  status: 400,
  headers: { "x-amzn-errortype": name },
  body: { __type: name, message },
});

/** An account that answers so, and a clock that only sleeping moves. */
async function startAccount(...answers: ScriptedAnswer[]) {
  const server = await startScriptedServer(...answers);
  const settings = {
    endpoint: server.url,
    region: "eu-west-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    maxAttempts: 1,
  };
  let now = start;
  const query = createInsightsQuery({
    logs: new CloudWatchLogsClient(settings),
    lambda: new LambdaClient(settings),
    stage: "test",
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
  });
  const sent = (operation: string) =>
    server.received
      .filter(({ headers }) => headers["x-amz-target"] === `Logs_20140328.${operation}`)
      .map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  return { ...server, query, sent };
}

test("an answer that is complete tells each partner's last request, requests, and refusals by their reason", async () => {
  const lastSeen = "2026-03-01 12:30:00.500";
  await using account = await startAccount(
    ...functions,
    started,
    results("Scheduled"),
    results("Running", { partner: "north-shop", status: "200", requests: "1", lastSeen }),
    results(
      "Complete",
      { partner: "north-shop", status: "200", requests: "40", lastSeen: "2026-03-01 09:00:00.000" },
      { partner: "north-shop", status: "401", errCode: "1000", refused: "timestamp", requests: "2", lastSeen },
      { partner: "north-shop", status: "403", errCode: "INVALID_ORDER", requests: "3", lastSeen: "1772355600000" },
      { partner: "north-shop", status: "503", errCode: "SYSTEM_BUSY", requests: "1", lastSeen: "1.7723556E12" },
      { partner: "east-shop", status: "429", requests: "5", lastSeen },
    ),
  );
  expect(account.query.last()).toBeUndefined();
  expect(await account.query.ask(1)).toEqual({ kind: "answered" });
  const lastSeenAt = Date.UTC(2026, 2, 1, 12, 30, 0, 500);
  expect(account.query.last()).toEqual({
    askedAt: start,
    days: 1,
    bytesRead: 2_500_000,
    byPartner: new Map([
      ["north-shop", { lastSeenAt, requests: 46, refusals: { timestamp: 2, INVALID_ORDER: 3 } }],
      ["east-shop", { lastSeenAt, requests: 5, refusals: { "429": 5 } }],
    ]),
  });
});

test("the logs of the functions that partners call are asked, under their own names, for the days asked for", async () => {
  await using account = await startAccount(...functions, started, results("Complete"));
  await account.query.ask(7);
  expect(account.received.slice(0, 2).map(({ path }) => path)).toEqual([
    expect.stringMatching(/\/functions\/RefundStatus-test-refund-query\/configuration$/),
    expect.stringMatching(/\/functions\/RefundStatus-test-refund-feed\/configuration$/),
  ]);
  const [asked] = account.sent("StartQuery");
  expect(asked).toMatchObject({
    logGroupNames: expect.arrayContaining(["RefundStatus-test-QueryLogs", "RefundStatus-test-FeedLogs"]),
    startTime: Math.floor((start - 7 * dayMs) / 1_000),
    endTime: Math.ceil(start / 1_000),
    limit: 10_000,
  });
  expect(asked?.queryString).toMatch(
    /^filter ispresent\(partner\).*\n\| stats .* by partner, status, errCode, refused\n/,
  );
  expect(account.sent("GetQueryResults")).toEqual([{ queryId: "q-1" }]);
});

test.each(["Failed", "Cancelled", "Timeout"])("a query that ends as %s tells nothing", async (status) => {
  const row = { partner: "north-shop", status: "200", requests: "1", lastSeen: "2026-03-01 12:00:00.000" };
  await using account = await startAccount(...functions, started, results(status, row));
  expect(await account.query.ask(1)).toEqual({ kind: "ended", status });
  expect(account.query.last()).toBeUndefined();
});

test("a query that does not end is given up after a minute, and what was told before is kept", async () => {
  const complete = [...functions, started, results("Complete")];
  await using account = await startAccount(
    ...complete,
    ...functions,
    { status: 200, body: { queryId: "q-2" } },
    results("Running"),
  );
  await account.query.ask(1);
  expect(await account.query.ask(7)).toEqual({ kind: "slow", queryId: "q-2", waitedMs: 60_000 });
  expect(account.sent("GetQueryResults")).toHaveLength(1 + 61);
  expect(account.query.last()).toMatchObject({ days: 1 });
});

test("an answer that may have been cut is none", async () => {
  const row = { partner: "north-shop", status: "200", requests: "1", lastSeen: "2026-03-01 12:00:00.000" };
  const rows = Array.from({ length: 10_000 }, () => row);
  await using account = await startAccount(...functions, started, results("Complete", ...rows));
  expect(await account.query.ask(1)).toEqual({ kind: "cut", rows: 10_000 });
  expect(account.query.last()).toBeUndefined();
});

test.each([
  { status: "200", requests: "1" },
  { partner: "p", status: "200", requests: "1", lastSeen: "soon" },
])("an answer with a row that is not what was asked for is none: %j", async (row) => {
  await using account = await startAccount(...functions, started, results("Complete", row as Row));
  await expect(account.query.ask(1)).rejects.toThrow("not what was asked for");
  expect(account.query.last()).toBeUndefined();
});

const denied = "User: arn:aws:iam::1:user/a is not authorized to perform: logs:StartQuery on resource: x";
test.each([
  ["a denied query", [...functions, refusal("AccessDeniedException", denied)], /may not do this .* logs:StartQuery/],
  [
    "a denied answer",
    [...functions, started, refusal("AccessDeniedException", "not authorized to perform: logs:GetQueryResults")],
    /may not do this .* logs:GetQueryResults/,
  ],
  [
    "a function that may not be looked at",
    [refusal("AccessDeniedException", "lambda:GetFunctionConfiguration")],
    /may not do this/,
  ],
  [
    "a log group that is gone",
    [...functions, refusal("ResourceNotFoundException", "gone")],
    /no such .* log group \(gone\)/,
  ],
  [
    "too many queries at once",
    [...functions, refusal("LimitExceededException", "30 queries")],
    /Try again in a minute/,
  ],
] as const)("%s is one sentence with the next step, and the next query may go well", async (_, answers, sentence) => {
  await using account = await startAccount(...answers, ...functions, started, results("Complete"));
  expect(await account.query.ask(1).catch(awsFailure)).toMatch(sentence);
  expect(account.query.last()).toBeUndefined();
});

test("whoever asks the same while it runs pays for no second query", async () => {
  await using account = await startAccount(...functions, started, results("Running"), results("Complete"));
  const outcomes = await Promise.all([account.query.ask(1), account.query.ask(1)]);
  expect(outcomes).toEqual([{ kind: "answered" }, { kind: "answered" }]);
  expect(account.sent("StartQuery")).toHaveLength(1);
});
