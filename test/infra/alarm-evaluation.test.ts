import { describe, expect, test } from "vitest";
import { resourcesOf } from "../../sandbox/stack/local-stack.ts";
import { type AlarmProperties, begins, type Series } from "../support/alarm-evaluation.ts";
import { everything, synthesize } from "../support/synthesis.ts";

const { domain, probe } = everything;
const alarms = new Map<string, AlarmProperties>(
  resourcesOf(synthesize({ egress: "fixed-ip", domain, probe }), "AWS::CloudWatch::Alarm").map(([, properties]) => [
    String(properties.AlarmName).replace("refund-status-prod-", ""),
    properties,
  ]),
);
const day = 86_400;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const none = undefined;

/** A series in which each alarm must begin, and one in which it must not. A value is that of one period of the alarm. */
const cases: Record<string, { readonly fires: Series; readonly quiet: Series }> = {
  OldRefund: {
    fires: { OldestPendingAge: [...times(30, none), 5 * day + 1, ...times(30, none)] },
    quiet: { OldestPendingAge: times(48, 5 * day) },
  },
  RecheckLag: {
    // A backlog: the taken invocations of other minutes report it too.
    fires: { RecheckLag: times(5, 6 * minuteMs) },
    quiet: { RecheckLag: [...times(4, 0), 7 * minuteMs, 6 * minuteMs, ...times(5, 5 * minuteMs)] },
  },
  NoSweeps: {
    // One group of four is dead.
    fires: { Sweeps: [20, 20, 15, 16, 15] },
    // A backlog begins, its sweeps end together, and one sweep is late at an edge.
    quiet: { Sweeps: [20, 16, 24, 16, 20, 24, 19, 21, 18, 18, 18] },
  },
  CredentialsRefused: { fires: { CredentialsRefused: [none, 1] }, quiet: { CredentialsRefused: times(9, none) } },
  UpstreamFailing: {
    fires: { UpstreamFailures: [5, 50, 50], Checks: times(3, 100) },
    quiet: { UpstreamFailures: [none, 49, 100, 49, none], Checks: times(5, 100) },
  },
  Mismatch: { fires: { Mismatches: [1] }, quiet: { Mismatches: times(9, none) } },
  NeedsReview: { fires: { NeedsReview: [1] }, quiet: { NeedsReview: times(9, none) } },
  Unfamiliar: { fires: { Unfamiliar: [1] }, quiet: { Unfamiliar: times(9, none) } },
  Contradiction: { fires: { Contradictions: [1] }, quiet: { Contradictions: times(9, none) } },
  UnreadableRecord: { fires: { UnreadableRecords: [1] }, quiet: { UnreadableRecords: times(9, none) } },
  CheckFailures: { fires: { CheckFailures: [1, 2, 1] }, quiet: { CheckFailures: [9, 9, none, 9, none] } },
  DeadLetter: {
    fires: { ApproximateNumberOfMessagesVisible: [1] },
    quiet: { ApproximateNumberOfMessagesVisible: times(9, 0) },
  },
  QueryErrors: { fires: { Errors: [1] }, quiet: { Errors: times(9, 0) } },
  QueryThrottles: { fires: { Throttles: [1] }, quiet: { Throttles: times(9, 0) } },
  RecheckErrors: { fires: { Errors: [1] }, quiet: { Errors: times(9, 0) } },
  RecheckThrottles: { fires: { Throttles: [1] }, quiet: { Throttles: times(9, 0) } },
  TellErrors: { fires: { Errors: [1] }, quiet: { Errors: times(9, 0) } },
  TellThrottles: { fires: { Throttles: [1] }, quiet: { Throttles: times(9, 0) } },
  FeedErrors: { fires: { Errors: [1] }, quiet: { Errors: times(9, 0) } },
  FeedThrottles: { fires: { Throttles: [1] }, quiet: { Throttles: times(9, 0) } },
  UntoldAge: {
    fires: { UntoldAge: [0, 0, ...times(3, 6 * minuteMs)] },
    // What the stream has missed waits for the schedule, and DynamoDB is out of reach for two minutes.
    quiet: { UntoldAge: [...times(4, 2 * minuteMs), 6 * minuteMs, 7 * minuteMs, ...times(5, 5 * minuteMs)] },
  },
  NoTellSweeps: {
    fires: { TellSweeps: [5, 5, 2, none, none] },
    // Sweeps at the edges of the periods, and a minute in which none could start.
    quiet: { TellSweeps: [5, 4, 6, 3, 5, 2, 2, 6] },
  },
  TellFailures: { fires: { TellFailures: [1, 2, 1] }, quiet: { TellFailures: [9, 9, none, 9, none] } },
  UndeliveredAge: {
    // The seventh try is ten hours after the sixth.
    fires: { UndeliveredAge: [...times(30, none), 17 * hourMs, ...times(13, none)] },
    // Half an hour of 500 and the try after it, at other hours again and again.
    quiet: { UndeliveredAge: [...times(20, 35 * minuteMs), ...times(10, none), 2 * hourMs, ...times(20, none)] },
  },
  WebhooksEnded: { fires: { WebhooksEnded: [none, 1] }, quiet: { WebhooksEnded: times(9, none) } },
  DeadDeliveries: { fires: { DeadDeliveries: [none, 1] }, quiet: { DeadDeliveries: times(9, none) } },
  LateFirstTries: {
    fires: { FirstTryDelay: times(3, 45_000) },
    // Nobody settles for a while, and a quarter of an hour is broken by one good period.
    quiet: { FirstTryDelay: [45_000, 45_000, 900, 45_000, none, 45_000, 30_000, 30_000] },
  },
  SlowAnswers: { fires: { Latency: times(3, 12_001) }, quiet: { Latency: [28_000, 28_000, 12_000, 28_000] } },
  InternalFaults: { fires: { InternalFaults: [none, 1] }, quiet: { InternalFaults: times(9, none) } },
  Unavailable: {
    fires: { UnavailableFaults: [none, 25, 100], Count: [100, 100, 100] },
    // A minute's outage within one period, one over two, and nobody who asks.
    quiet: { UnavailableFaults: [20, none, 10, 10, none, none], Count: [100, 100, 100, 100, 0, none] },
  },
  OftenUnavailable: {
    fires: { UnavailableFaults: times(6, 1), Count: times(6, 100) },
    quiet: { UnavailableFaults: [...times(5, 1), none, ...times(5, 1)], Count: times(11, 100) },
  },
  Rejected: {
    fires: { RejectedRequests: [50, 60, 100], Count: times(3, 100) },
    quiet: { RejectedRequests: [...times(9, 19), 49, 49, 49], Count: [...times(9, 19), 100, 100, 100] },
  },
  Throttled: { fires: { ThrottledRequests: [1, 5, 1] }, quiet: { ThrottledRequests: [50, 50, none, 50, none] } },
  OverShare: { fires: { OverShareRequests: [1, 5, 1] }, quiet: { OverShareRequests: [50, 50, none, 50, none] } },
  TableThrottled: {
    fires: { ReadThrottleEvents: [none, 3, 3], WriteThrottleEvents: [1, none, none] },
    quiet: { ReadThrottleEvents: [9, 9, none, 9], WriteThrottleEvents: [9, none, none, none] },
  },
  NatPorts1: { fires: { ErrorPortAllocation: [1] }, quiet: { ErrorPortAllocation: times(9, 0) } },
  NoProbe: { fires: { Probes: [3, none] }, quiet: { Probes: [3, 1, 2, 3] } },
  CertificateExpiry: { fires: { DaysToExpiry: [21, 20] }, quiet: { DaysToExpiry: [90, 60, 21, none] } },
};

test("every alarm is tried", () => {
  expect(Object.keys(cases).sort()).toEqual([...alarms.keys()].sort());
});

describe.each(Object.entries(cases))("%s", (name, { fires, quiet }) => {
  const alarm = alarms.get(name) ?? {};

  test("begins when it must", () => {
    expect(begins(alarm, fires)).toBe(true);
  });

  test("stays quiet when it must", () => {
    expect(begins(alarm, quiet)).toBe(false);
  });
});

test.each([1, 2, 8, 16])("of %i groups each one that is dead is noticed, and none that is alive", (groups) => {
  const [alarm = {}] = resourcesOf(synthesize({ groups }), "AWS::CloudWatch::Alarm")
    .map(([, properties]) => properties)
    .filter(({ AlarmName }) => AlarmName === "refund-status-prod-NoSweeps");
  expect(begins(alarm, { Sweeps: times(3, 5 * (groups - 1)) })).toBe(true);
  expect(begins(alarm, { Sweeps: times(9, 5 * groups) })).toBe(false);
  expect(begins(alarm, { Sweeps: times(3, none) })).toBe(true);
});
