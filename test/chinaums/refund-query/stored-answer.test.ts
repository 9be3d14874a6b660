import { describe, expect, test } from "vitest";
import { answerMembers } from "../../../shared/chinaums/refund-query/answer-fields.ts";
import { readRefundAnswer } from "../../../shared/chinaums/refund-query/read-refund-answer.ts";
import { fromStored, toStored } from "../../../shared/chinaums/refund-query/stored-answer.ts";
import { sampleAnswerText, sampleQuestion } from "../../support/answers.ts";

/** What every stored name has stood for since it was first written. Lines are added here, and never changed or removed. */
const frozen = {
  errCode: "ec",
  errMsg: "em",
  errInfo: "ei",
  responseTimeStamp: "rt",
  responseTimestamp: "rtl",
  mid: "mid",
  tid: "tid",
  refundMerchantContribute: "rmc",
  refundOtherContribute: "roc",
  refundStatus: "rs",
  refundOrderId: "ro",
  refundTargetOrderId: "rto",
  seqId: "sq",
  settleRefId: "sr",
  status: "st",
  totalAmount: "ta",
  merName: "mn",
  merOrderId: "mo",
  targetOrderId: "to",
  targetSys: "ty",
  targetStatus: "ts",
  targetMid: "tm",
  bankCardNo: "bc",
  bankInfo: "bi",
  refundFunds: "rf",
  refundFundsDesc: "rfd",
  payTime: "pt",
  settleDate: "sd",
  refundInvoiceAmount: "ria",
  yxlmAmount: "ya",
  sendBackAmount: "sba",
};

describe("the names that members are stored under", () => {
  test.each(Object.entries(frozen))("%s is stored as %s, for ever", (name, stored) => {
    expect(toStored({ [name]: "value" })).toEqual({ [stored]: "value" });
    expect(fromStored({ [stored]: "value" })).toEqual({ [name]: "value" });
  });

  test("every member has one, of one to three letters, that no other member has", () => {
    expect(Object.keys(frozen).sort()).toEqual([...answerMembers].sort());
    const whole = Object.fromEntries(answerMembers.map((name) => [name, "value"]));
    const stored = Object.keys(toStored(whole));
    expect(stored).toHaveLength(answerMembers.length);
    for (const name of stored) expect(name).toMatch(/^[a-z]{1,3}$/);
  });
});

test("an answer comes back as it was stored, in the page's order", () => {
  const { answer = {} } = readRefundAnswer({ status: 200, body: sampleAnswerText }, sampleQuestion, "");
  const back = fromStored(JSON.parse(JSON.stringify(toStored(answer))));
  expect(JSON.stringify(back)).toBe(JSON.stringify(answer));
});

describe("what a newer version stored", () => {
  const stored = { ec: "SUCCESS", zz: "a member of the future", z: 7 };

  test("is kept when this version writes the answer back", () => {
    expect(toStored(fromStored(stored))).toEqual(stored);
  });

  test("is marked, so that it cannot be taken for a member", () => {
    expect(fromStored(stored)).toEqual({ errCode: "SUCCESS", "?zz": "a member of the future", "?z": 7 });
    expect(fromStored({ errCode: "SUCCESS" })).toEqual({ "?errCode": "SUCCESS" });
  });

  test("does not make an answer another one", () => {
    const { isSameAnswerAs, answer = {} } = readRefundAnswer(
      { status: 200, body: sampleAnswerText },
      sampleQuestion,
      "",
    );
    expect(isSameAnswerAs(fromStored({ ...toStored(answer), zz: "more" }))).toBe(true);
  });
});

test("a member that has no stored name, or a value that is neither text nor number, is not stored", () => {
  expect(toStored({ srcReserve: "of the partner", msgId: "1", errCode: "SUCCESS", errMsg: undefined })).toEqual({
    ec: "SUCCESS",
  });
  expect(fromStored({ ec: null, em: ["x"], ei: { a: 1 }, rs: "FAIL" })).toEqual({ refundStatus: "FAIL" });
});
