import { describe, expect, test } from "vitest";
import { statusAnswer } from "../../functions/refund-query/contract/response.ts";
import { Fault } from "../../shared/http/fault.ts";
import type { FaultCode } from "../../shared/http/fault-rows.ts";
import type { AnswerFields } from "../../shared/refund/check.ts";
import { allReadings, type Reading } from "../../shared/refund/reading.ts";
import { readingWord } from "../../shared/refund/reading-word.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import { claimedRefund } from "../support/refunds.ts";

const now = Date.UTC(2026, 0, 5);
const asking = {
  echo: { msgId: "m1", srcReserve: undefined },
  inData: false,
  expectedWaits: { APPDEFAULT: 3 * 3_600_000 },
};
const settled: Reading = { kind: "settled", outcome: "succeeded" };
const pending: Refund = claimedRefund({ dueAt: now + 60_000 }, now);
const fields = { errCode: "SUCCESS", refundOrderId: "R-1" };
const kept = { fields, version: 2, at: now, latencyMs: 5, reading: settled, matchedBy: "merOrderId" } as const;

function answered(refund: Refund, answer: AnswerFields | undefined) {
  const result = { kind: "answered", refund, check: undefined, answer, source: "record" } as const;
  return statusAnswer({ ...result, replayed: false, keyExpiresAt: undefined }, asking);
}
function faultOf(refund: Refund): Fault {
  try {
    answered(refund, undefined);
  } catch (error) {
    if (error instanceof Fault) return error;
  }
  throw new Error("no fault");
}

describe("an answer", () => {
  test("says by which number it was matched, and which refund's number proved the end", () => {
    const final: Refund = { ...pending, state: "succeeded", dueAt: undefined, answer: kept };
    expect(JSON.parse(answered(final, fields).body)).toEqual({
      ...fields,
      msgId: "m1",
      recheck: {
        state: "succeeded",
        final: true,
        checkedAt: null,
        nextCheckAt: null,
        attempts: 0,
        source: "record",
        matchedBy: "merOrderId",
        refundOrderId: "R-1",
      },
    });
  });

  test("that is not final proves nothing", () => {
    const { recheck } = JSON.parse(answered({ ...pending, answer: kept }, fields).body);
    expect(recheck).toMatchObject({ final: false, matchedBy: "merOrderId" });
    expect(recheck).not.toHaveProperty("refundOrderId");
  });

  test("says by when nine in ten refunds of its product were final, until it is final itself", () => {
    const recheckOf = (refund: Refund) => JSON.parse(answered(refund, fields).body).recheck;
    const threeHoursLater = new Date(now + 3 * 3_600_000).toISOString();
    expect(recheckOf(pending).expectedBy).toBe(threeHoursLater);
    expect(recheckOf({ ...pending, state: "needs_review" }).expectedBy).toBe(threeHoursLater);
    expect(recheckOf({ ...pending, instMid: "H5DEFAULT" })).not.toHaveProperty("expectedBy");
    expect(recheckOf({ ...pending, state: "failed", dueAt: undefined })).not.toHaveProperty("expectedBy");
  });

  test("does not show stored members that this version does not know", () => {
    const { recheck: _, ...body } = JSON.parse(answered(pending, { errCode: "SUCCESS", "?7": "newer" }).body);
    expect(body).toEqual({ errCode: "SUCCESS", msgId: "m1" });
  });
});

describe("where there is no answer to show", () => {
  const codes: Partial<Record<string, FaultCode>> = {
    "unclear/timeout": "upstream_timeout",
    "unclear/unreachable": "upstream_unreachable",
    "unclear/gateway": "upstream_unreachable",
    "blocked/credentials": "upstream_refuses_us",
    "blocked/configuration": "upstream_refuses_us",
    "blocked/request": "upstream_refuses_us",
  };
  test.each(allReadings.map((reading) => [readingWord(reading), reading] as const))("%s is told", (word, reading) => {
    expect(faultOf({ ...pending, reading }).code).toBe(codes[word] ?? "upstream_unreadable");
  });

  test("the partner is told to come back when the refund is checked next", () => {
    expect(faultOf(pending).details).toMatchObject({ retryAt: now + 60_000, recheck: { state: "pending" } });
  });
});
