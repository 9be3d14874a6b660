import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { resourcesOf } from "../../sandbox/stack/local-stack.ts";
import { metricNamespace, metricUnits } from "../../shared/telemetry/metric-names.ts";
import { everything, synthesize } from "../support/synthesis.ts";

const { domain, probe } = everything;
const template = synthesize({ egress: "fixed-ip", domain, probe });
const alarms = Object.fromEntries(
  resourcesOf(template, "AWS::CloudWatch::Alarm").map(([, properties]) => [
    String(properties.AlarmName).replace("refund-status-prod-", ""),
    properties,
  ]),
);
const runbook = readFileSync(join(import.meta.dirname, "../../docs/runbook.md"), "utf8");
const parts = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [heading = "", ...text] = part.split("\n");
      return [
        heading
          .toLowerCase()
          .replace(/[^\w -]/g, "")
          .replaceAll(" ", "-"),
        text.join("\n"),
      ];
    }),
);

test("there is an alarm for everything that hurts somebody", () => {
  expect(Object.keys(alarms)).toEqual([
    "OldRefund",
    "RecheckLag",
    "NoSweeps",
    "CredentialsRefused",
    "UpstreamFailing",
    "Mismatch",
    "NeedsReview",
    "Unfamiliar",
    "Contradiction",
    "UnreadableRecord",
    "CheckFailures",
    "DeadLetter",
    "SlowAnswers",
    "InternalFaults",
    "Unavailable",
    "OftenUnavailable",
    "Rejected",
    "Throttled",
    "OverShare",
    "UntoldAge",
    "NoTellSweeps",
    "TellFailures",
    "UndeliveredAge",
    "WebhooksEnded",
    "DeadDeliveries",
    "LateFirstTries",
    "QueryErrors",
    "QueryThrottles",
    "RecheckErrors",
    "RecheckThrottles",
    "TellErrors",
    "TellThrottles",
    "FeedErrors",
    "FeedThrottles",
    "TableThrottled",
    "NatPorts1",
    "CertificateExpiry",
    "NoProbe",
  ]);
});

/** Namespaces that AWS reports into, and the one of the access log's filter. */
const ofOthers = [
  "AWS/ApiGateway",
  "AWS/CertificateManager",
  "AWS/DynamoDB",
  "AWS/Lambda",
  "AWS/NATGateway",
  "AWS/SQS",
  "RefundStatus/prod",
];

describe.each(Object.entries(alarms))("%s", (_, alarm) => {
  test("says who is hurt, and where the runbook has it", () => {
    const [, hurt, heading = ""] =
      /^(.{40,}\.) See docs\/runbook\.md#(\S+)$/.exec(String(alarm.AlarmDescription)) ?? [];
    expect(hurt).toMatch(/partner|customer|refund|recheck/i);
    expect([...parts.keys()]).toContain(heading);
  });

  test("tells the topic when it begins and when it ends", () => {
    const [[topicId] = []] = resourcesOf(template, "AWS::SNS::Topic");
    expect(String(topicId)).toMatch(/^AlarmsTopic/);
    expect([alarm.AlarmActions, alarm.OKActions]).toEqual([
      ["RefundStatus-local-AlarmsTopic"],
      ["RefundStatus-local-AlarmsTopic"],
    ]);
  });

  test("watches metrics that somebody reports", () => {
    type Watched = { Namespace: string; MetricName: string; Dimensions: object[] };
    const computed = (alarm.Metrics ?? []) as { MetricStat?: { Metric: Watched } }[];
    const watched =
      computed.length > 0 ? computed.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) : [alarm as Watched];
    for (const { Namespace, MetricName, Dimensions } of watched) {
      if (Namespace !== metricNamespace) {
        expect(ofOthers).toContain(Namespace);
        continue;
      }
      expect(Object.keys(metricUnits)).toContain(MetricName);
      expect(Dimensions).toEqual([{ Name: "Stage", Value: "prod" }]);
    }
  });
});

/** Where each alarm's description leads in the runbook. */
const anchors = Object.fromEntries(
  Object.entries(alarms).map(([name, { AlarmDescription }]) => [name, String(AlarmDescription).split("#")[1]]),
);

test("every alarm's part of the runbook says what it means, where to check and what to do, and no other part does", () => {
  const labels = ["What it means.", "Check here.", "Do this."].map((label) => `**${label}**`);
  const ofAlarms = [...parts].filter(([, text]) => labels.some((label) => text.includes(label)));
  expect(ofAlarms.map(([heading]) => heading).sort()).toEqual([...new Set(Object.values(anchors))].sort());
  for (const [heading, text] of ofAlarms) {
    for (const label of labels) expect(text, heading).toContain(label);
  }
});

test("the table at the top of the runbook leads from each alarm to its part", () => {
  const top = parts.get("when-an-alarm-begins") ?? "";
  const rows = [...top.matchAll(/\[(\w+)\]\(#([^)]+)\)/g)].map(([, name, anchor]) => [name, anchor]);
  expect(rows.toSorted()).toEqual(Object.entries(anchors).toSorted());
});

test("the runbook's links within itself go somewhere", () => {
  const links = [...runbook.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  expect(links.filter((anchor) => !parts.has(String(anchor)))).toEqual([]);
});

describe("thresholds", () => {
  test("a schedule that is silent is a fault, while silence of everything else is none", () => {
    const breaching = Object.keys(alarms).filter((name) => alarms[name]?.TreatMissingData !== "notBreaching");
    expect(breaching).toEqual(["NoSweeps", "NoTellSweeps", "NoProbe"]);
    for (const name of ["NoSweeps", "NoTellSweeps"]) {
      expect(alarms[name]).toMatchObject({ TreatMissingData: "breaching", ComparisonOperator: "LessThanThreshold" });
    }
  });

  test("rechecks are late after 5 minutes, and a refund is old after 5 days", () => {
    expect(alarms.RecheckLag).toMatchObject({ Threshold: 300_000, Statistic: "Maximum" });
    expect(alarms.OldRefund).toMatchObject({ Threshold: 5 * 86_400, Statistic: "Maximum" });
  });

  test("events are late after 5 minutes, webhooks after 30 s, and a delivery is old after 2 hours", () => {
    expect(alarms.UntoldAge).toMatchObject({ Threshold: 300_000, Statistic: "Maximum" });
    expect(alarms.LateFirstTries).toMatchObject({ Threshold: 30_000, ExtendedStatistic: "p50" });
    expect(alarms.UndeliveredAge).toMatchObject({ Threshold: 2 * 3_600_000, Statistic: "Maximum" });
  });

  test("webhooks are not called late where no stream wakes the function that sends them", () => {
    const names = resourcesOf(synthesize({ tableName: "Restored" }), "AWS::CloudWatch::Alarm").map(
      ([, { AlarmName }]) => AlarmName,
    );
    expect(names).toContain("refund-status-prod-UntoldAge");
    expect(names).not.toContain("refund-status-prod-LateFirstTries");
  });

  test("one is too many of what should never be", () => {
    for (const name of [
      "CredentialsRefused",
      "Mismatch",
      "NeedsReview",
      "Contradiction",
      "UnreadableRecord",
      "DeadLetter",
      "QueryErrors",
      "RecheckErrors",
      "TellErrors",
      "FeedErrors",
      "WebhooksEnded",
      "DeadDeliveries",
    ]) {
      expect(alarms[name]).toMatchObject({ Threshold: 1, EvaluationPeriods: 1 });
    }
  });

  test("what fails once is done again; what fails for 15 minutes is somebody's work", () => {
    for (const name of ["CheckFailures", "TellFailures"]) {
      expect(alarms[name]).toMatchObject({ Threshold: 1, Period: 300, EvaluationPeriods: 3 });
    }
  });

  test("ChinaUMS fails when half of 10 minutes' checks do", () => {
    expect(alarms.UpstreamFailing).toMatchObject({ Threshold: 50, EvaluationPeriods: 2 });
  });
});

const [dashboard] = Object.values(template.Resources).filter(({ Type }) => Type === "AWS::CloudWatch::Dashboard");
const body = JSON.stringify(dashboard);

test("the dashboard shows every alarm", () => {
  for (const [id] of resourcesOf(template, "AWS::CloudWatch::Alarm")) expect(body).toContain(id);
});

test("the dashboard shows every metric that an alarm watches, and names the unit of each time", () => {
  const watched = Object.values(alarms).flatMap(({ MetricName, Namespace }) =>
    Namespace === metricNamespace ? [String(MetricName)] : [],
  );
  expect(watched).toContain("UnreadableRecords");
  for (const name of watched) expect(body).toContain(`\\"${name}\\"`);
  for (const title of [
    "Recheck lag, ms",
    "Age of the oldest open refund, s",
    "ChinaUMS's time to answer, ms",
    "Age of the oldest untold event, ms",
  ]) {
    expect(body).toContain(title);
  }
});
