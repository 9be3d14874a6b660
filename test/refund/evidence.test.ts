import { expect, test } from "vitest";
import type { CameBack } from "../../shared/refund/evidence.ts";
import { recordCheck } from "../../shared/refund/record-check.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import {
  checkOf,
  claimedRefund,
  contextAt,
  minuteMs,
  type NotSettled,
  processing,
  refused,
  start,
  timedOut,
} from "../support/refunds.ts";

const page: CameBack = { status: 502, bytes: 9_000, digest: "0a1b2c3d", excerpt: "<html>502 Bad Gateway" };
const unreadable: NotSettled = { kind: "unclear", cause: "unreadable" };

function checked(refund: Refund, reading: NotSettled, minute: number, cameBack?: CameBack): Refund {
  return recordCheck(refund, { ...checkOf(reading), cameBack }, contextAt(start + minute * minuteMs));
}

test("checks that gave nothing in the same way are one row, with what the last of them brought", () => {
  const first = checked(claimedRefund(), unreadable, 0, page);
  const second = checked(first, unreadable, 1, { ...page, digest: "ffffffff" });
  expect(second.evidence).toEqual([
    { reading: unreadable, code: undefined, times: 2, at: start + minuteMs, cameBack: { ...page, digest: "ffffffff" } },
  ]);
});

test("another status, another reading and another code begin a row, and the last three rows are kept", () => {
  const readings: [NotSettled, CameBack | undefined][] = [
    [timedOut, undefined],
    [unreadable, page],
    [unreadable, { ...page, status: 200 }],
    [refused, { ...page, status: 412 }],
  ];
  const refund = readings.reduce((one, [reading, came], i) => checked(one, reading, i, came), claimedRefund());
  expect(refund.evidence.map(({ cameBack }) => cameBack?.status)).toEqual([502, 200, 412]);
});

test("an answer that can be shown leaves the evidence of before as it was", () => {
  const refund = checked(claimedRefund(), timedOut, 0);
  expect(checked(refund, processing, 1).evidence).toEqual(refund.evidence);
});

test("the message number of the last check is kept, and there is none after a check that sent nothing", () => {
  const check = { ...checkOf(timedOut), upstreamMsgId: "ab".repeat(16) };
  const sent = recordCheck(claimedRefund(), check, contextAt(start));
  expect(sent.sentMsgId).toBe("ab".repeat(16));
  expect(recordCheck(sent, { ...check, upstreamMsgId: undefined }, contextAt(start + 1)).sentMsgId).toBeUndefined();
});
