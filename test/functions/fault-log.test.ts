import { expect, test } from "vitest";
import { createFaultLog } from "../../functions/fault-log.ts";

const refund = { mid: "898310148160568", instMid: "APPDEFAULT", merOrderId: "ORDER-1" };
function listening() {
  const lines: { level: string; event: string; fields: object }[] = [];
  const faults = createFaultLog((level, event, fields) => lines.push({ level, event, fields }), "fault", "request-1");
  return { lines, faults };
}

test("a fault is told with its refund, and one like it is not told again", () => {
  const { lines, faults } = listening();
  const error = new TypeError("x");
  faults.onFailed(refund, error);
  faults.onFailed({ ...refund, merOrderId: "ORDER-2" }, error);
  expect(lines).toMatchObject([
    { level: "error", event: "fault", fields: { requestId: "request-1", ...refund, fault: "TypeError" } },
  ]);
});

test("each record that cannot be read is told by its key, once", () => {
  const { lines, faults } = listening();
  for (const order of ["ORDER-1", "ORDER-2", "ORDER-1"])
    faults.onUnreadable(`REFUND#${refund.mid}#APPDEFAULT#${order}`);
  expect(lines).toEqual([
    { level: "error", event: "unreadable_record", fields: { requestId: "request-1", ...refund } },
    {
      level: "error",
      event: "unreadable_record",
      fields: { requestId: "request-1", ...refund, merOrderId: "ORDER-2" },
    },
  ]);
});

test("of an invocation that fails in hundreds of ways twenty lines are written", () => {
  const { lines, faults } = listening();
  for (let i = 0; i < 300; i++) {
    faults.onFailed(refund, Object.assign(new Error("x"), { code: `CODE_${i}` }));
    faults.onUnreadable(`REFUND#${refund.mid}#APPDEFAULT#ORDER-${i}`);
  }
  expect(lines).toHaveLength(20);
});
