import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readRefundAnswer } from "../../shared/chinaums/refund-query/read-refund-answer.ts";
import { sampleAnswerText, sampleQuestion } from "../support/answers.ts";

const msgId = "0123456789abcdef0123456789abcdef";
const succeeded = JSON.parse(sampleAnswerText) as Record<string, unknown>;
const read = (answer: unknown, status = 200) =>
  readRefundAnswer({ status, body: JSON.stringify(answer) }, sampleQuestion, msgId);
const settled = { kind: "settled", outcome: "succeeded" };

describe("an answer in data", () => {
  test.each([
    ["alone", {}],
    ["beside empty members", { errCode: "", errInfo: null }],
    ["beside the gateway's own word that all is well", { errCode: "0000", errInfo: "正常" }],
    ["beside that word with a message", { errCode: "0000", errMsg: "OK" }],
    ["beside members that nobody knows", { resultCode: "x", requestId: 1 }],
  ])("is read as if it were not: %s", (_, outside) => {
    expect(read({ ...outside, data: succeeded })).toEqual({ ...read(succeeded), isSameAnswerAs: expect.any(Function) });
  });

  test.each([
    ["a gateway fault outside", { errCode: "1000" }, { kind: "blocked", by: "credentials" }],
    ["an order that is not known outside", { errCode: "NO_ORDER" }, { kind: "not_found" }],
    ["an unfamiliar code outside", { errCode: "0001" }, { kind: "unclear", cause: "unfamiliar" }],
  ])("counts for nothing beside %s", (_, outside, reading) => {
    expect(read({ ...outside, data: succeeded }).reading).toEqual(reading);
  });

  test.each([
    ["SUCCESS outside", { errCode: "SUCCESS" }],
    ["a status outside", { refundStatus: "PROCESSING" }],
    ["an empty errCode and a status outside", { errCode: "", refundStatus: "PROCESSING" }],
    ["another merchant outside", { mid: "898310148160569" }],
    ["0000 and a status outside", { errCode: "0000", refundStatus: "SUCCESS" }],
    ["an errCode that is no text outside", { errCode: { a: 1 } }],
    ["all of another answer outside", { ...succeeded, refundStatus: "FAIL" }],
    ["the very same answer outside", succeeded],
  ])("on both levels cannot be read, so it is not final: %s", (_, outside) => {
    expect(read({ ...outside, data: succeeded }).reading).toEqual({ kind: "unclear", cause: "unreadable" });
  });

  test.each([
    ["a wrapped wrapper", { data: { data: succeeded } }],
    ["a list", { data: [succeeded] }],
    ["text", { data: sampleAnswerText }],
  ])("is not looked for in %s", (_, answer) => {
    expect(read(answer).reading).toEqual({ kind: "unclear", cause: "unreadable" });
  });

  test("is final only over HTTP 2xx, and only if it is about the refund that was asked for", () => {
    expect(read({ data: succeeded }, 500).reading).not.toEqual(settled);
    expect(read({ data: { ...succeeded, mid: "898310148160569" } }).reading).toEqual({ kind: "mismatch" });
  });
});

test.each([{ msgId: "x" }, { srcReserve: "x" }])("a data with an echo alone is a second answer: %j", (data) => {
  expect(read({ ...succeeded, data }).reading).toEqual({ kind: "unclear", cause: "unreadable" });
});

test("an undocumented data that is no answer does not spoil the answer that it is in", () => {
  for (const data of [{}, { traceId: "x" }, [], "x", null])
    expect(read({ ...succeeded, data }).reading).toEqual(settled);
});

test("whatever stands on two levels, it is final only as one whole answer would be", () => {
  const member = fc.constantFrom("errCode", "refundStatus", "mid", "tid", "merOrderId", "refundOrderId", "msgId");
  const some = fc.uniqueArray(member).map((names) => Object.fromEntries(names.map((name) => [name, succeeded[name]])));
  fc.assert(
    fc.property(some, some, fc.boolean(), (outside, inside, normal) => {
      const { reading } = read({ ...outside, ...(normal && { errCode: "0000" }), data: inside });
      if (reading.kind !== "settled") return;
      const whole = [outside, inside].filter((one) => read(one).reading.kind === "settled");
      expect(whole).toHaveLength(1);
    }),
    { numRuns: 2_000 },
  );
});
