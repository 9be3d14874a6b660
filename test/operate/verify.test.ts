import { beforeAll, describe, expect, test } from "vitest";
import { runRefunds } from "../../operate/refunds-program.ts";
import { createVerifyRefund } from "../../operate/verify-refund.ts";
import { auditItem } from "../../shared/aws/audit-item.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import type { Verification } from "../../shared/refund/verification.ts";
import { newRecordedTable } from "../support/recorded-table.ts";
import { claimedRefund, failed, minuteMs, start, succeeded, timedOut } from "../support/refunds.ts";
import { runHere } from "../support/run-command.ts";

let recorded: Awaited<ReturnType<typeof newRecordedTable>>;
const refunds = (...args: string[]) => runHere(runRefunds, ["--data", recorded.data, ...args]);
beforeAll(async () => {
  recorded = await newRecordedTable();
});

const finalRefund = (): Refund =>
  claimedRefund({ state: "succeeded", reading: succeeded, dueAt: undefined, lease: undefined, version: 2 });

function verification(overrides: Partial<Verification> = {}): Verification {
  const told = { reading: succeeded, code: "SUCCESS", matchedBy: "refundOrderId", contradicts: false } as const;
  return { at: start, ...told, fields: { refundStatus: "SUCCESS" }, latencyMs: 12, ...overrides };
}

describe("recheck of a final refund", () => {
  /** Runs the command, and writes the audit item as a sweep does that finds the refund due. */
  async function recheck(refund: Refund, made: Verification, ...args: string[]) {
    await recorded.putRefund(refund);
    const before = await recorded.itemOf(refund);
    const running = refunds("recheck", refund.mid, refund.merOrderId, ...args);
    await expect.poll(async () => (await recorded.itemOf(refund)).verifyRequestedAt, { timeout: 30_000 }).toBeDefined();
    const marked = await recorded.itemOf(refund);
    await recorded.put(auditItem(refund, made));
    return { before, marked, ...(await running) };
  }

  test("asks once more and shows what ChinaUMS says now, leaving the record as it is", async () => {
    const refund = finalRefund();
    const { status, stdout, stderr, before, marked } = await recheck(refund, verification());
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^ChinaUMS says now: settled\/succeeded SUCCESS, matched by refundOrderId\.$/m);
    expect(stdout).toMatch(/^This agrees with the record, which says succeeded\. Nothing was changed\.$/m);

    const { verifyRequestedAt, dueAt, dueShard, version, ...rest } = marked;
    const { version: _, ...unchanged } = before;
    expect(rest).toEqual(unchanged);
    expect([version, dueAt, dueShard]).toEqual([{ N: "3" }, verifyRequestedAt, { S: expect.stringMatching(/^\d+$/) }]);
    expect(Number(verifyRequestedAt?.N)).toBeGreaterThan(start);
  });

  test.each([
    [
      "contradicts the record",
      verification({ reading: failed, contradicts: true }),
      /^This contradicts the record, which says succeeded\./m,
    ],
    [
      "says nothing about the outcome",
      verification({ reading: timedOut, code: undefined, matchedBy: undefined }),
      /^This says nothing about the outcome\. The record still says succeeded/m,
    ],
  ])("tells plainly that an answer %s", async (_, made, sentence) => {
    const { status, stdout } = await recheck(finalRefund(), made);
    expect(status).toBe(0);
    expect(stdout).toMatch(sentence);
  });

  test("gives the same to a program", async () => {
    const { stdout } = await recheck(finalRefund(), verification({ reading: failed, contradicts: true }), "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      state: "succeeded",
      verification: { reading: "settled/failed", contradicts: true, matchedBy: "refundOrderId", latencyMs: 12 },
    });
  });

  test("is in the audit trail that show lists below the answers", async () => {
    const refund = finalRefund();
    await recorded.putRefund(refund);
    await recorded.put(auditItem(refund, verification({ reading: failed, contradicts: true })));
    await recorded.put(auditItem(refund, verification({ at: start + minuteMs })));
    const { status, stdout } = await refunds("show", refund.mid, refund.merOrderId);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\S+01:00:00\S+Z +settled\/failed +SUCCESS +refundOrderId +12 +contradicted$/m);
    expect(stdout).toMatch(/^\S+01:01:00\S+Z +settled\/succeeded +SUCCESS +refundOrderId +12 +not contradicted$/m);
  });
});

describe("waiting for a verification", () => {
  /** A sweep that writes `made` after some polls, and a clock that moves when somebody sleeps. */
  function verifyWith(trail: Verification[], made: Verification | undefined, pollsBefore = 3) {
    let nowMs = start;
    let polls = 0;
    return createVerifyRefund({
      makeDue: async () => undefined,
      verificationsOf: async () => (polls++ < pollsBefore || made === undefined ? trail : [...trail, made]),
      now: () => nowMs,
      sleep: async (ms) => {
        nowMs += ms;
      },
      waitMs: minuteMs,
    })(finalRefund());
  }

  test("takes the one that is new, not an earlier one, whatever the clocks say", async () => {
    const earlier = verification({ at: start + minuteMs, contradicts: true });
    const made = verification({ at: start - minuteMs });
    expect(await verifyWith([earlier], made)).toBe(made);
  });

  test("ends where no sweep comes", async () => {
    expect(await verifyWith([verification()], undefined)).toBeUndefined();
  });
});
