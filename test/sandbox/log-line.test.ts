import { expect, test } from "vitest";
import { formatLogLine, isIdleSweep } from "../../sandbox/start/log-line.ts";

const line = (event: string, fields: object, level = "info") =>
  JSON.stringify({ timestamp: "2026-01-05T01:00:00.000Z", level, event, ...fields, _aws: { CloudWatchMetrics: [] } });
const sweep = { due: 0, checked: 0, byReading: {}, durationMs: 4 };

test.each([
  [
    line("refund_query", {
      merOrderId: "SETTLES-0001",
      status: 200,
      reading: "processing",
      code: "PROCESSING",
      state: "pending",
      attempts: 1,
      source: "upstream",
      durationMs: 215,
    }),
    "Request    SETTLES-0001  HTTP 200  processing PROCESSING  pending, 1 check  (215 ms)",
  ],
  [
    line("refund_query", { status: 401, errCode: "1000", durationMs: 3, fault: "unauthenticated" }),
    "Request    refused  HTTP 401  1000  (3 ms)",
  ],
  [
    line("refund_recheck", { ...sweep, due: 3, checked: 3, byReading: { processing: 2, not_found: 1 } }),
    "Recheck    3 checked: processing 2, not_found 1  (4 ms)",
  ],
  [line("refund_tell", { told: 1, tries: 2, failedTries: 1 }), "Told       refunds 1, webhooks 2, failed 1"],
  [
    line("refund_recheck_fault", { fault: "RECORD_UNREADABLE" }, "error"),
    "Log        refund_recheck_fault  ERROR RECORD_UNREADABLE",
  ],
  ["not of a function", "not of a function"],
])("%s is a line for a person", (logged, shown) => {
  expect(formatLogLine(logged)).toBe(shown);
  expect(isIdleSweep(logged)).toBe(false);
});

test("where each check has a line of its own, a sweep has one only if something went wrong or was verified", () => {
  const shown = (fields: object, level?: string) =>
    formatLogLine(line("refund_recheck", { ...sweep, checked: 1, ...fields }, level), { isEachCheckShown: true });
  expect(shown({})).toBeUndefined();
  expect(shown({ verified: 1 })).toMatch(/^Recheck /);
  expect(shown({ failed: 1 }, "warn")).toMatch(/^Recheck .* WARN$/);
});

test.each([[line("refund_recheck", sweep)], [line("refund_tell", { told: 0, tries: 0, failedTries: 0 })]])(
  "a sweep without work is not shown: %s",
  (logged) => {
    expect(formatLogLine(logged)).toBeUndefined();
    expect(isIdleSweep(logged)).toBe(true);
  },
);
