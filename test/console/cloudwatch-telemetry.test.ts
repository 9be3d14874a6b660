import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { createCloudWatchTelemetry } from "../../console/metrics/cloudwatch-telemetry.ts";
import { hourMs } from "../support/refunds.ts";
import { type ScriptedAnswer, startScriptedServer } from "../support/scripted-server.ts";

const now = Date.UTC(2026, 2, 1, 12, 34);
const thisHour = Date.UTC(2026, 2, 1, 12);

/** Figures as CloudWatch gives them: newest first, and nothing for an hour without any. */
const figures = (Id: string, ...values: (readonly [at: number, value: number])[]) => ({
  Id,
  StatusCode: "Complete",
  Timestamps: values.map(([at]) => at / 1_000),
  Values: values.map(([, value]) => value),
});
const answerOf = (...MetricDataResults: object[]): ScriptedAnswer => ({ status: 200, body: { MetricDataResults } });

async function startCloudWatch(...answers: ScriptedAnswer[]) {
  const server = await startScriptedServer(...answers);
  const client = new CloudWatchClient({
    endpoint: server.url,
    region: "eu-west-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    maxAttempts: 1,
  });
  return { ...server, telemetry: createCloudWatchTelemetry(client, "test") };
}

test("the figures of a day come hour by hour, and their kinds over all of it", async () => {
  await using cloudWatch = await startCloudWatch(
    answerOf(
      figures("checks", [thisHour, 7], [thisHour - 2 * hourMs, 3]),
      figures("settled", [thisHour, 2]),
      figures("medianms", [thisHour, 120]),
      figures("p95ms", [thisHour, 900]),
      figures("failures", [thisHour, 1], [thisHour - hourMs, 1]),
      figures("blocked", [thisHour, 4]),
      figures("rejected", [thisHour, 6], [thisHour - hourMs, 3]),
      figures("overshare", [thisHour, 2]),
    ),
  );
  const metrics = await cloudWatch.telemetry.readMetrics(now);
  expect(metrics?.buckets).toHaveLength(24);
  expect(metrics?.buckets.slice(-3)).toEqual([
    { at: thisHour - 2 * hourMs, checks: 3, settled: 0, medianMs: undefined, p95Ms: undefined },
    { at: thisHour - hourMs, checks: 0, settled: 0, medianMs: undefined, p95Ms: undefined },
    { at: thisHour, checks: 7, settled: 2, medianMs: 120, p95Ms: 900 },
  ]);
  expect(metrics?.kinds).toEqual({ settled: 2, failures: 2, blocked: 4, mismatches: 0, unfamiliar: 0 });
  expect(metrics?.refused).toEqual({ rejected: 9, overShare: 2 });
});

test("CloudWatch is asked for this stage's own metrics, from the hour of a day ago to the end of this one", async () => {
  await using cloudWatch = await startCloudWatch(answerOf());
  await cloudWatch.telemetry.readMetrics(now);
  const [sent] = cloudWatch.received;
  expect(sent?.headers["x-amz-target"]).toMatch(/\.GetMetricData$/);
  const asked = JSON.parse(sent?.body ?? "{}");
  expect([asked.StartTime, asked.EndTime]).toEqual([(thisHour - 23 * hourMs) / 1_000, (thisHour + hourMs) / 1_000]);
  expect(asked.MetricDataQueries).toContainEqual({
    Id: "p95ms",
    MetricStat: {
      Metric: {
        Namespace: "RefundStatus",
        MetricName: "UpstreamLatency",
        Dimensions: [{ Name: "Stage", Value: "test" }],
      },
      Stat: "p95",
      Period: 3_600,
    },
  });
});

test("a page that is loaded again and again asks CloudWatch, which is paid for, once a minute", async () => {
  await using cloudWatch = await startCloudWatch(answerOf());
  for (const later of [0, 15_000, 60_000]) await cloudWatch.telemetry.readMetrics(now + later);
  expect(cloudWatch.received).toHaveLength(1);
  await cloudWatch.telemetry.readMetrics(now + 60_001);
  expect(cloudWatch.received).toHaveLength(2);
});

test("without the right to read metrics there are none, and once it is given they are there", async () => {
  const refusal = { status: 400, body: { __type: "AccessDeniedException", message: "no GetMetricData" } };
  await using cloudWatch = await startCloudWatch(refusal, answerOf(figures("checks", [thisHour, 5])));
  expect(await cloudWatch.telemetry.readMetrics(now)).toBeUndefined();
  expect((await cloudWatch.telemetry.readMetrics(now + 60_001))?.buckets.at(-1)?.checks).toBe(5);
});
