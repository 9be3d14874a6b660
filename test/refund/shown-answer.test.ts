import { expect, test } from "vitest";
import { answerOnRecord, shownMembers } from "../../shared/refund/shown-answer.ts";
import { claimedRefund } from "../support/refunds.ts";

test("members that a newer version has stored are left out, and the others stay as they are", () => {
  expect(shownMembers({ errCode: "SUCCESS", "?newer": "1", refundStatus: "PROCESSING" })).toEqual({
    errCode: "SUCCESS",
    refundStatus: "PROCESSING",
  });
  expect(shownMembers({ errCode: "SUCCESS", mid: "898310148160568" })).toEqual({
    errCode: "SUCCESS",
    mid: "898310148160568",
  });
});

test("an answer on record is shown while the last check gave one, and for ever once it has ended the refund", () => {
  const fields = { errCode: "SUCCESS", refundStatus: "PROCESSING" };
  const answer = {
    version: 2,
    at: 1,
    latencyMs: 30,
    reading: { kind: "processing" },
    matchedBy: undefined,
    fields,
  } as const;
  expect(answerOnRecord(claimedRefund({ answer, isAnswered: true }))).toBe(fields);
  expect(answerOnRecord(claimedRefund({ answer, isAnswered: false }))).toBeUndefined();
  expect(answerOnRecord(claimedRefund({ answer, isAnswered: false, state: "succeeded" }))).toBe(fields);
  expect(answerOnRecord(claimedRefund({ isAnswered: true }))).toBeUndefined();
});
