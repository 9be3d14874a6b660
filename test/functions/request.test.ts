import { describe, expect, test } from "vitest";
import { readRefundQueryRequest } from "../../functions/refund-query/contract/request.ts";

const request = {
  requestTimestamp: "2026-01-05 12:00:00",
  merOrderId: "REFUND-0001",
  instMid: "APPDEFAULT",
  mid: "898310148160568",
  tid: "88880001",
};
const read = (members: object) => readRefundQueryRequest(Buffer.from(JSON.stringify({ ...request, ...members })));
const message = "must be well-formed Unicode, without a lone surrogate";

describe("a lone surrogate in a request", () => {
  test.each([
    ["a member", { srcReserve: "a\ud800" }, "srcReserve"],
    ["the second half alone", { msgId: "\udc00b" }, "msgId"],
    ["the halves in the wrong order", { srcReserve: "\udc00\ud800" }, "srcReserve"],
    ["a member that we do not know", { extra: "\udbff" }, "extra"],
    ["a nested member", { extra: { list: ["a", { deep: "\ud800" }] } }, "extra.list.1.deep"],
    ["the name of a member", { "na\ud800me": 1 }, "na\ufffdme"],
    ["the name of a nested member", { extra: [{ "\udfff": 1 }] }, "extra.0.\ufffd"],
  ])("is named: %s", (_, members, field) => {
    expect(read(members)).toEqual({ wrong: [{ field, message }], inData: false });
  });

  test("is named beside whatever else is wrong, each field once", () => {
    const wrong = read({ mid: "1", merOrderId: "REFUND-\ud800", extra: "\ud800" });
    expect("wrong" in wrong && wrong.wrong.map(({ field }) => field)).toEqual(["merOrderId", "mid", "extra"]);
  });

  test("is named where the request is nothing but a text", () => {
    const wrong = readRefundQueryRequest(Buffer.from('"\\ud800"'));
    expect(wrong).toEqual({ wrong: [{ field: "body", message: "must be a JSON object" }], inData: false });
  });

  test("is named however deep it is, and not without end", () => {
    const deep = `{"a":${"[".repeat(8_000)}"\\ud800"${"]".repeat(8_000)}}`;
    const named = readRefundQueryRequest(Buffer.from(deep));
    expect("wrong" in named && named.wrong.at(-1)?.field).toMatch(/^a(\.0){8000}$/);
    const many = read({ extra: Array.from({ length: 1_000 }, () => "\ud800") });
    expect("wrong" in many && many.wrong).toHaveLength(20);
  });
});

test.each([
  ["a whole pair, written out", '"srcReserve":"😀"', "😀"],
  ["a whole pair, escaped", '"srcReserve":"\\ud83d\\ude00"', "😀"],
  ["the text of an escape", '"srcReserve":"\\\\ud800"', "\\ud800"],
])("%s is no lone surrogate", (_, member, srcReserve) => {
  const body = JSON.stringify(request).replace("{", `{${member},`);
  const { requestTimestamp: _time, ...asked } = request;
  expect(readRefundQueryRequest(Buffer.from(body))).toEqual({ request: { ...asked, srcReserve }, inData: false });
});
