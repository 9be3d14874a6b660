import { expect, test } from "vitest";
import { newTellCounts } from "../../../functions/refund-tell/tell-counts.ts";
import { tellMetrics } from "../../../functions/refund-tell/tell-metrics.ts";

const counts = {
  ...newTellCounts(),
  events: 1,
  tries: 2,
  failedTries: 3,
  dead: 4,
  endedWebhooks: 5,
  failed: 6,
  unreadable: 7,
  maxUntoldMs: 8,
  maxUndeliveredMs: 9,
  firstTryAfterMs: [10, 11],
};
const byName = (...asked: Parameters<typeof tellMetrics>) =>
  Object.fromEntries(tellMetrics(...asked).map(({ name, value }) => [name, value]));
const ofEveryInvocation = {
  Events: 1,
  WebhookTries: 2,
  WebhookFailures: 3,
  DeadDeliveries: 4,
  WebhooksEnded: 5,
  TellFailures: 6,
  UnreadableRecords: 7,
  UndeliveredAge: 9,
  FirstTryDelay: [10, 11],
};

test("every invocation reports what it has told, and what has failed", () => {
  expect(byName(counts, false)).toEqual(ofEveryInvocation);
});

test("a sweep also reports itself, and how far telling is behind", () => {
  expect(byName(counts, true)).toEqual({ ...ofEveryInvocation, TellSweeps: 1, UntoldAge: 8 });
});

test("where nothing has happened, a sweep alone has something to report: that nothing is behind", () => {
  expect(byName(newTellCounts(), false)).toEqual({});
  expect(byName(newTellCounts(), true)).toEqual({ TellSweeps: 1, UntoldAge: 0 });
});
