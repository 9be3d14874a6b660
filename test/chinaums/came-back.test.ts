import fc from "fast-check";
import { expect, test } from "vitest";
import { cameBackOf } from "../../shared/chinaums/came-back.ts";
import { readRefundAnswer } from "../../shared/chinaums/refund-query/read-refund-answer.ts";

const excerptOf = (body: string) => cameBackOf({ status: 200, body }).excerpt;

test("a page is kept by its status, its length in bytes, a digest and its beginning on one line", () => {
  expect(cameBackOf({ status: 502, body: "<html>\r\n  网关  \n</html>" })).toEqual({
    status: 502,
    bytes: 26,
    digest: expect.stringMatching(/^[0-9a-f]{8}$/),
    excerpt: "<html> 网关 </html>",
  });
});

test("200 characters are kept at most, whatever they are", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 600 }), (body) => {
      const excerpt = excerptOf(body);
      expect(Array.from(excerpt).length).toBeLessThanOrEqual(200);
      expect(excerpt.isWellFormed()).toBe(true);
    }),
  );
});

test("a card number is masked, also where the cut would have left a part of it", () => {
  expect(excerptOf('{"card":"6228480402564890018"}')).toBe('{"card":"622848*********0018"}');
  expect(excerptOf(`${"x ".repeat(94)}6228480402564890018`)).not.toMatch(/\d{7}/);
});

test.each([
  'Authorization: OPEN-BODY-SIG AppId="a",Timestamp="20260105",Nonce="n0nce",Signature="c2ln"',
  '{"sign":"c2ln","nonce":"n0nce"}',
  "token=n0nce&signature=c2ln",
  "n0nce".repeat(6),
])("nothing that proves who is calling is kept of %s", (body) => {
  expect(excerptOf(body)).not.toMatch(/c2ln|n0nce/);
  expect(excerptOf(body)).toContain("…");
});

test.each([
  '{"errCode":"ODD","srcReserve":"RSV-north \\"RSV-shop\\" RSV-1","more":1}',
  '{"errCode":"ODD","srcReserve":"RSV-north RSV-sh',
  'data={\\"srcReserve\\":\\"RSV-1\\"}',
  "errCode=ODD&srcReserve=RSV-1&more=1",
])("what a partner sent to be echoed is not kept of %s", (body) => {
  expect(excerptOf(body)).not.toContain("RSV");
  expect(excerptOf(body)).toContain("…");
});

test("of an answer about another refund the numbers are kept, and nothing of how it stands", () => {
  const question = { mid: "898310148160568", tid: "88880001", instMid: "APPDEFAULT", merOrderId: "OURS-0001" };
  const body = JSON.stringify({ errCode: "SUCCESS", refundStatus: "SUCCESS", mid: question.mid, merOrderId: "THEIRS" });
  const { reading, cameBack } = readRefundAnswer({ status: 200, body }, { ...question, srcReserve: undefined }, "1");
  expect(reading.kind).toBe("mismatch");
  expect(cameBack?.excerpt).toContain("THEIRS");
  expect(cameBack?.excerpt).not.toContain("SUCCESS");
});

test("of a refusal the words are kept, because they say what is wrong", () => {
  const question = { mid: "898310148160568", tid: "88880001", instMid: "APPDEFAULT", merOrderId: "OURS-0001" };
  const body = JSON.stringify({ errCode: "1000", errInfo: "authentication failed" });
  const { cameBack } = readRefundAnswer({ status: 200, body }, { ...question, srcReserve: undefined }, "1");
  expect(cameBack?.excerpt).toContain("authentication failed");
});
