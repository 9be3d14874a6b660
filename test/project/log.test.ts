import { expect, test } from "vitest";
import { createLog, type LogFields } from "../../shared/telemetry/log.ts";

const now = () => Date.UTC(2026, 0, 5);
function logged(fields: object): Record<string, unknown> {
  const lines: string[] = [];
  createLog({ stage: "test", write: (line) => lines.push(line), now })("info", "event", fields as LogFields);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain("\n");
  return JSON.parse(lines[0] ?? "");
}

test("a field that is not on the list is not logged, whatever its name", () => {
  const line = logged({
    partner: "p",
    appKey: "secret",
    signature: "s",
    bankCardNo: "6228",
    body: {},
    authorization: "a",
  });
  expect(line).toEqual({ timestamp: "2026-01-05T00:00:00.000Z", level: "info", event: "event", partner: "p" });
});

test("a field cannot end the line or grow without bound", () => {
  expect(logged({ msgId: "a\nb" }).msgId).toBe("a\nb");
  expect(String(logged({ msgId: "x".repeat(10_000) }).msgId)).toHaveLength(256);
});
