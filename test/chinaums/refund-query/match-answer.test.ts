import { describe, expect, test } from "vitest";
import { readRefundAnswer } from "../../../shared/chinaums/refund-query/read-refund-answer.ts";
import { answerWith, sampleQuestion } from "../../support/answers.ts";

const msgId = "0123456789abcdef0123456789abcdef";
const asked = sampleQuestion.merOrderId;
const settled = { kind: "settled", outcome: "succeeded" };
const read = (members: Record<string, unknown>, question = sampleQuestion) =>
  readRefundAnswer({ status: 200, body: answerWith(members) }, question, msgId);

describe("the number that an answer was matched by", () => {
  test.each([
    ["refundOrderId", { refundOrderId: asked, merOrderId: "PAYMENT-1" }],
    ["refundOrderId", { refundOrderId: asked, merOrderId: asked }],
    ["refundOrderId", { refundOrderId: asked, merOrderId: undefined }],
    ["merOrderId", { refundOrderId: "REFUND-2", merOrderId: asked }],
    ["merOrderId", { refundOrderId: "", merOrderId: asked, msgId }],
    ["msgId", { refundOrderId: undefined, merOrderId: undefined, msgId }],
    ["msgId", { refundOrderId: "", merOrderId: null, msgId }],
  ])("is %s: %j", (matchedBy, members) => {
    expect(read(members)).toMatchObject({ reading: settled, matchedBy });
    expect(read({ ...members, refundStatus: "PROCESSING" })).toMatchObject({ matchedBy });
  });

  test.each([
    ["about another refund", { refundOrderId: "REFUND-2", merOrderId: "PAYMENT-1" }],
    ["of another merchant", { mid: "898310148160569" }],
    ["without a merchant", { mid: undefined }],
    ["without a number", { refundOrderId: "", merOrderId: "", msgId: "theirs" }],
    ["without an errCode", { errCode: undefined }],
  ])("is not told of an answer %s", (_, members) => {
    expect(read(members).matchedBy).toBeUndefined();
  });
});

describe("an identity that came as a JSON number", () => {
  const question = { ...sampleQuestion, tid: "00810001", mid: "098310148160568" };

  test("stands for its digits, the leading zeros included that a number cannot have", () => {
    const { reading, answer } = read({ tid: 810001, mid: 98310148160568 }, question);
    expect(reading).toEqual(settled);
    expect(answer).toMatchObject({ tid: "00810001", mid: "098310148160568" });
    expect(read({ tid: 88880001, mid: 898310148160568 }).reading).toEqual(settled);
  });

  test.each([
    ["another number", { tid: 810002 }, { kind: "mismatch" }],
    ["a text without the zeros", { tid: "810001" }, { kind: "mismatch" }],
    ["a longer number", { tid: 1_008_100_010 }, { kind: "mismatch" }],
    ["a negative number", { tid: -810001 }, { kind: "mismatch" }],
    ["a fraction", { tid: 810001.5 }, { kind: "unclear", cause: "unreadable" }],
    ["a number too large to be exact", { tid: 1e30 }, { kind: "unclear", cause: "unreadable" }],
  ])("does not match as %s", (_, members, reading) => {
    expect(read({ mid: question.mid, ...members }, question).reading).toEqual(reading);
  });
});
