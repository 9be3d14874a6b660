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

describe("a request as clients write it", () => {
  const asked = { mid: request.mid, tid: request.tid, instMid: request.instMid, merOrderId: request.merOrderId };
  const readText = (text: string) => readRefundQueryRequest(Buffer.from(text));

  test.each(["2026-01-05 12:00:00", "20260105120000"])("has its time as %s", (requestTimestamp) => {
    expect(read({ requestTimestamp })).toEqual({ request: asked, inData: false });
  });

  test.each([
    "2026-01-05T12:00:00",
    "20260230120000",
    "2026-02-30 12:00:00",
    "202601051200",
    "2026010512000000",
    "20260105 120000",
    20260105120000,
    "",
  ])("has no time where it is %j", (requestTimestamp) => {
    expect(read({ requestTimestamp })).toEqual({
      wrong: [{ field: "requestTimestamp", message: expect.stringContaining("2022-04-15 10:47:59 or 20220415104759") }],
      inData: false,
    });
  });

  test("has null where a member is absent", () => {
    expect(read({ msgId: null, srcReserve: null, systemId: null, extra: null })).toEqual({
      request: asked,
      inData: false,
    });
    const wrong = read({ mid: null, instMid: null });
    expect("wrong" in wrong && wrong.wrong.map(({ field, message }) => [field, message.slice(0, 11)])).toEqual([
      ["mid", "is required"],
      ["instMid", "is required"],
    ]);
  });

  test("has a systemId in place of the instMid, which is another refund", () => {
    const { instMid: _, ...others } = request;
    const bySystem = readText(JSON.stringify({ ...others, systemId: "APPDEFAULT" }));
    expect(bySystem).toEqual({ request: { ...asked, instMid: "systemId=APPDEFAULT" }, inData: false });
  });

  test.each([
    [{ systemId: "XYZ" }, ["systemId"]],
    [{ instMid: undefined }, ["instMid"]],
    [{ instMid: undefined, systemId: "X Y" }, ["systemId"]],
    [{ instMid: undefined, systemId: "a=b" }, ["systemId"]],
    [{ instMid: "systemId=XYZ" }, ["instMid"]],
    [{ instMid: undefined, mid: "1" }, ["mid", "instMid"]],
  ])("has one product, and one only: %j", (members, fields) => {
    const wrong = read(members);
    expect("wrong" in wrong && wrong.wrong.map(({ field }) => field)).toEqual(fields);
  });

  const withNumber = (name: string, number: string) =>
    readText(JSON.stringify({ ...request, [name]: "N" }).replace(`"${name}":"N"`, `"${name}" : ${number}`));

  test.each([
    ["mid", "898310148160568"],
    ["tid", "88880001"],
    ["msgId", "7"],
    ["msgId", "123456789012345678901234567890"],
    ["msgId", "0"],
  ])("has %s as the number %s, which is read as its digits", (name, digits) => {
    expect(withNumber(name, digits)).toEqual({ request: { ...asked, [name]: digits }, inData: false });
  });

  test.each([
    ["mid", "8.98310148160568e14"],
    ["mid", "898310148160568.0"],
    ["mid", "98310148160568"],
    ["tid", "8888001"],
    ["tid", "-8888001"],
    ["msgId", "-1"],
    ["msgId", "1.5"],
    ["msgId", "true"],
    ["merOrderId", "12345678"],
    ["srcReserve", "1"],
  ])("has no number in %s such as %s, which has lost something or is none", (name, number) => {
    const wrong = withNumber(name, number);
    expect("wrong" in wrong && wrong.wrong.map(({ field }) => field)).toEqual([name]);
  });

  test("has no zero in front of a number, because that is no JSON", () => {
    expect(withNumber("tid", "08888001")).toMatchObject({ wrong: [{ field: "body" }] });
  });

  test("is wrapped in data where nothing of it stands outside", () => {
    expect(readText(JSON.stringify({ data: request }))).toEqual({ request: asked, inData: true });
    expect(readText(JSON.stringify({ data: { ...request, mid: 898310148160568 }, appId: "x" }))).toMatchObject({
      request: asked,
      inData: true,
    });
    expect(read({ data: { mid: "1" } })).toEqual({ request: asked, inData: false });
  });

  test("is wrong in data by the names of its fields there", () => {
    const wrong = readText(JSON.stringify({ data: { ...request, tid: "1", msgId: "\ud800" }, more: "\ud800" }));
    expect(wrong.inData).toBe(true);
    expect("wrong" in wrong && wrong.wrong.map(({ field }) => field)).toEqual(["data.tid", "data.msgId", "more"]);
  });

  test.each(["{}", '{"data":null}', '{"data":"x"}', '{"data":[]}'])("is not wrapped in %s", (text) => {
    const wrong = readText(text);
    expect(wrong.inData).toBe(false);
    expect("wrong" in wrong && wrong.wrong.map(({ field }) => field)).toEqual([
      "merOrderId",
      "mid",
      "tid",
      "requestTimestamp",
      "instMid",
    ]);
  });

  test("is read, or named wrong, however deep it is beside a number", () => {
    const deep = `{"mid":898310148160568,"a":${"[".repeat(8_000)}${"]".repeat(8_000)}}`;
    expect(readText(deep)).toHaveProperty("wrong");
  });
});
