import { describe, expect, test } from "vitest";
import { answersQuestion } from "../../shared/refund/answers-question.ts";
import type { Asked } from "../../shared/refund/asked.ts";
import type { Reading } from "../../shared/refund/reading.ts";
import {
  badRequest,
  claimedRefund,
  failed,
  mismatch,
  notFound,
  processing,
  refused,
  succeeded,
  timedOut,
} from "../support/refunds.ts";

const asked: Asked = { tid: "11111111", digest: "digest-1" };
const byOtherTerminal: Asked = { tid: "22222222", digest: "digest-1" };
const inOtherWords: Asked = { tid: "11111111", digest: "digest-2" };
const bySchedule: Asked = { tid: "11111111", digest: undefined };

/** Which of the other questions the answer to `lastAsked` answers as well. */
function answered(reading: Reading | undefined, lastAsked: Asked | undefined = asked) {
  const refund = claimedRefund({ reading, lastAsked });
  return [asked, byOtherTerminal, inOtherWords].map((question) => answersQuestion(refund, question));
}

describe("the answer of the last check", () => {
  test.each([succeeded, failed, processing, timedOut, refused, { kind: "blocked", by: "configuration" } as const])(
    "is an answer to whatever is asked about the refund where it speaks of the refund or of us: %j",
    (reading) => {
      expect(answered(reading)).toEqual([true, true, true]);
    },
  );

  test("answers the questions by the same terminal where there is no such refund", () => {
    expect(answered(notFound)).toEqual([true, false, true]);
    expect(answered(notFound, bySchedule)).toEqual([true, false, true]);
  });

  test.each([mismatch, badRequest])(
    "answers only a question in the same words where it objects to them: %j",
    (reading) => {
      expect(answered(reading)).toEqual([true, true, false]);
      expect(answered(reading, bySchedule)).toEqual([false, false, false]);
    },
  );

  test("answers nothing before the first check", () => {
    expect(answered(undefined)).toEqual([false, false, false]);
    const neverAsked = claimedRefund({ reading: mismatch, lastAsked: undefined });
    expect(answersQuestion(neverAsked, bySchedule)).toBe(false);
    expect(answersQuestion({ ...neverAsked, reading: notFound }, asked)).toBe(false);
  });
});
