import { expect, test } from "vitest";
import { createCheckLines } from "../../sandbox/start/check-lines.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import { layout, refundItem } from "../support/refund-items.ts";
import { claimedRefund, hourMs, minuteMs, notFound, processing, start, succeeded } from "../support/refunds.ts";

/** The lines that a person sees of a refund's changes, one after another. */
function linesOf(...changes: readonly Partial<Refund>[]) {
  const lineOf = createCheckLines(start);
  const refund = claimedRefund({ merOrderId: "SETTLES-0001", lease: undefined, dueAt: start + minuteMs });
  return changes.map((change) => lineOf({ dynamodb: { NewImage: refundItem({ ...refund, ...change }, layout) } }));
}
const checked = (afterMs: number, more: Partial<Refund>): Partial<Refund> => ({ checkedAt: start + afterMs, ...more });

test("a check of a sweep is a line with what it told, how the refund stands, and when it is checked next", () => {
  const lines = linesOf(
    checked(1_000, { reading: processing, code: "PROCESSING", attempts: 2, dueAt: start + 6_000 }),
    checked(2_000, { reading: notFound, code: "NO_ORDER", attempts: 3, dueAt: start + hourMs }),
    checked(3_000, { reading: succeeded, code: "SUCCESS", attempts: 4, state: "succeeded", dueAt: undefined }),
  );
  expect(lines).toEqual([
    "Check      SETTLES-0001  processing PROCESSING  pending, 2 checks, next in 5 s",
    "Check      SETTLES-0001  not_found NO_ORDER  pending, 3 checks, next in 60 min",
    "Check      SETTLES-0001  settled/succeeded SUCCESS  succeeded, 4 checks",
  ]);
});

test("a check of a request has its line already; one of a sweep after a request that was killed has none yet", () => {
  const lease = { owner: "request", until: start + minuteMs };
  const told = { reading: processing, attempts: 1 };
  expect(linesOf({ lease }, checked(1_000, told))).toEqual([undefined, undefined]);
  expect(linesOf({ lease }, checked(2 * minuteMs, told))).toEqual([undefined, expect.stringMatching(/^Check /)]);
});

test("a change that is no check, or that another start has seen, has no line", () => {
  const told = checked(1_000, { reading: processing, attempts: 1 });
  expect(linesOf(checked(-1, {}), told, { ...told, acknowledged: "silent" })).toEqual([
    undefined,
    expect.stringMatching(/1 check, next/),
    undefined,
  ]);
  expect(createCheckLines(start)({ dynamodb: { NewImage: { pk: { S: "FEED#x" }, sk: { S: "PAGE#1" } } } })).toBe(
    undefined,
  );
});
