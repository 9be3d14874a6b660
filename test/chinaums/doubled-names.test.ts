import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createHasDoubledName } from "../../shared/chinaums/doubled-names.ts";
import { readRefundAnswer } from "../../shared/chinaums/refund-query/read-refund-answer.ts";
import { sampleAnswerText, sampleQuestion } from "../support/answers.ts";

const msgId = "0123456789abcdef0123456789abcdef";
const members = sampleAnswerText.trim().slice(1, -1).trim();
const read = (body: string) => readRefundAnswer({ status: 200, body }, sampleQuestion, msgId).reading;
const unreadable = { kind: "unclear", cause: "unreadable" };
const settled = { kind: "settled", outcome: "succeeded" };

describe("an answer that gives a deciding member twice is unreadable, wherever the second one stands", () => {
  test.each([
    '"errCode": "SUCCESS"',
    '"errCode":"NO_ORDER"',
    '"refundStatus": "FAIL"',
    '"refundStatus" \n : "SUCCESS"',
    '"mid": "898310148160569"',
    '"tid": null',
    '"refundOrderId": ""',
    '"merOrderId": "PAYMENT-1"',
    '"msgId": {"msgId": 1}',
    '"refund\\u0053tatus": "FAIL"',
    '"\\u006d\\u0069\\u0064": "898310148160569"',
  ])("%s", (second) => {
    expect(read(`{${second}, ${members}}`)).toEqual(unreadable);
    expect(read(`{${members}, ${second}}`)).toEqual(unreadable);
    expect(read(`{"data": {${second}, ${members}}}`)).toEqual(unreadable);
    expect(read(`{"errCode": "0000", "data": {${members}, ${second}}}`)).toEqual(unreadable);
  });

  test("also the wrapper itself, or the gateway's word beside it", () => {
    expect(read(`{"data": {${members}}, "data": {${members}}}`)).toEqual(unreadable);
    expect(read(`{"data": {}, "data": {${members}}}`)).toEqual(unreadable);
    expect(read(`{"d\\u0061ta": {${members}}, "data": {${members}}}`)).toEqual(unreadable);
    expect(read(`{"errCode": "1000", "errCode": "0000", "data": {${members}}}`)).toEqual(unreadable);
  });
});

describe("an answer stays readable", () => {
  test.each([
    ["with another member twice", `{${members}, "errMsg": "x", "errMsg": "y"}`],
    ["with a name as a value", `{${members}, "errInfo": "refundStatus", "bankInfo": "tid"}`],
    ["with a name and a colon in a text", `{${members}, "errInfo": "\\"refundStatus\\": \\"FAIL\\""}`],
    ["with escapes in its texts", `{${members}, "errInfo": "\\\\\\u9000\\n\\""}`],
    ["with the names again in an undocumented object", `{${members}, "channel": {"mid": "1", "tid": "2", "tid": "3"}}`],
    ["with the names again in a list", `{${members}, "refunds": [{"refundStatus": "FAIL"}, {"refundStatus": "FAIL"}]}`],
    ["in data, beside the gateway's word", `{"errCode": "0000", "data": {${members}}}`],
    ["in data, with an undocumented member twice", `{"data": {"data": 1, "data": 2, ${members}}}`],
    ["in data, with the names deeper in it", `{"data": {"data": {"tid": "1", "tid": "2"}, ${members}}}`],
  ])("%s", (_, body) => {
    expect(read(body)).toEqual(settled);
  });
});

test("for any object: a name is doubled exactly when it is written twice", () => {
  const names = ["mid", "tid", "errCode"];
  const hasDoubledName = createHasDoubledName(names);
  const escaped = (name: string) =>
    [...name].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  const member = fc.record({
    name: fc.constantFrom(...names, "other", "mi"),
    isEscaped: fc.boolean(),
    value: fc.oneof(fc.jsonValue(), fc.constantFrom("mid", '"mid":', "{[", { mid: { mid: 1 } })),
    space: fc.constantFrom("", " ", "\n\t"),
  });
  fc.assert(
    fc.property(fc.array(member, { maxLength: 6 }), (written) => {
      const text = `{${written.map(({ name, isEscaped, value, space }) => `"${isEscaped ? escaped(name) : name}"${space}:${space}${JSON.stringify(value)}`)}}`;
      const json = JSON.parse(text);
      const twice = names.some((name) => written.filter((one) => one.name === name).length > 1);
      expect(hasDoubledName(text, json, json)).toBe(twice);
    }),
    { numRuns: 2_000 },
  );
});
