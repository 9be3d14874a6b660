import {
  type CloudWatchLogsClient,
  GetQueryResultsCommand,
  type QueryStatus,
  type ResultField,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { GetFunctionConfigurationCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { stackName } from "../../shared/names.ts";
import type { ActivityDays, ActivityQuery, AskedActivity, QueryOutcome } from "./activity-query.ts";
import { addRequests, type LoggedRequests, type PartnerActivity } from "./partner-activity.ts";

const dayMs = 86_400_000;
const pollMs = 1_000;
/** A person waits so long for a page. Logs Insights itself ends a query after an hour. */
const patienceMs = 60_000;
/** The most that one answer of Logs Insights holds. */
const maxRows = 10_000;

/** The functions that partners call. */
const asked = ["refund-query", "refund-feed"] as const;

/** A row for all requests of one partner that were answered alike; a field that a line does not have is absent in its row. */
const queryString = `filter ispresent(partner) and ispresent(status)
| stats count(*) as requests, max(@timestamp) as lastSeen by partner, status, errCode, refused
| limit ${maxRows}`;

export type InsightsQueryDeps = {
  readonly logs: CloudWatchLogsClient;
  readonly lambda: LambdaClient;
  readonly stage: string;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
};

/** Asks the logs of a stage by CloudWatch Logs Insights. Whoever asks while the same query runs waits for its answer. */
export function createInsightsQuery({ logs, lambda, stage, now, sleep }: InsightsQueryDeps): ActivityQuery {
  let last: AskedActivity | undefined;
  let running: { readonly days: ActivityDays; readonly outcome: Promise<QueryOutcome> } | undefined;

  /** The log groups have names that CloudFormation made up, and each function knows its own. */
  async function logGroupOf(name: (typeof asked)[number]): Promise<string> {
    const FunctionName = `${stackName(stage)}-${name}`;
    const { LoggingConfig } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`;
  }

  async function query(days: ActivityDays): Promise<QueryOutcome> {
    const askedAt = now();
    const { queryId = "" } = await logs.send(
      new StartQueryCommand({
        logGroupNames: await Promise.all(asked.map(logGroupOf)),
        startTime: Math.floor((askedAt - days * dayMs) / 1_000),
        endTime: Math.ceil(askedAt / 1_000),
        queryString,
        limit: maxRows,
      }),
    );
    for (;;) {
      const { status, results = [], statistics } = await logs.send(new GetQueryResultsCommand({ queryId }));
      if (status === "Complete") {
        if (results.length >= maxRows) return { kind: "cut", rows: results.length };
        last = { askedAt, days, bytesRead: statistics?.bytesScanned ?? 0, byPartner: activityIn(results) };
        return { kind: "answered" };
      }
      if (hasEnded(status)) return { kind: "ended", status };
      const waitedMs = now() - askedAt;
      if (waitedMs >= patienceMs) return { kind: "slow", queryId, waitedMs };
      await sleep(pollMs);
    }
  }

  return {
    last: () => last,
    async ask(days) {
      if (running?.days === days) return await running.outcome;
      const mine = { days, outcome: query(days) };
      running = mine;
      try {
        return await mine.outcome;
      } finally {
        if (running === mine) running = undefined;
      }
    },
  };
}

/** True if it has ended without an answer. What is still running has some rows, and they are none of ours. */
function hasEnded(status: QueryStatus | undefined): status is "Cancelled" | "Failed" | "Timeout" {
  return status === "Cancelled" || status === "Failed" || status === "Timeout";
}

function activityIn(results: readonly (readonly ResultField[])[]): Map<string, PartnerActivity> {
  const activity = new Map<string, PartnerActivity>();
  for (const row of results) addRequests(activity, requestsIn(row));
  return activity;
}

/** @throws an Error where a row does not have the fields that were asked for */
function requestsIn(row: readonly ResultField[]): LoggedRequests {
  const texts = new Map(row.map(({ field, value }) => [field, value]));
  const partner = texts.get("partner");
  const [status, requests] = [Number(texts.get("status")), Number(texts.get("requests"))];
  const lastSeenAt = instantIn(texts.get("lastSeen") ?? "");
  if (partner === undefined || ![status, requests, lastSeenAt].every(Number.isFinite)) {
    throw new Error("Logs Insights gave a row that is not what was asked for");
  }
  return { partner, status, requests, lastSeenAt, errCode: texts.get("errCode"), refused: texts.get("refused") };
}

/** An instant of Logs Insights, which is `2026-03-01 12:00:00.000` in UTC or epoch ms. */
function instantIn(text: string): number {
  const date = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$/.exec(text);
  return date === null ? Number(text || Number.NaN) : Date.parse(`${date[1]}T${date[2]}Z`);
}
