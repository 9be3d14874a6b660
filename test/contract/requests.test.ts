import fc from "fast-check";
import { expect, test } from "vitest";
import { readChangesRequest } from "../../functions/refund-feed/changes-request.ts";
import { readWatchRequest } from "../../functions/refund-feed/watch-request.ts";
import { readIdempotencyKey } from "../../functions/refund-query/contract/idempotency-key.ts";
import { readRefundQueryRequest } from "../../functions/refund-query/contract/request.ts";
import { contract } from "../support/contract.ts";
import { breachesOf, headerBreaches } from "../support/contract-schema.ts";

const runs = { numRuns: 400 };

function schemaAt(path: string) {
  const content = contract.paths[path]?.post.requestBody.content["application/json"];
  if (content === undefined) throw new Error(`${path} takes no JSON`);
  return content.schema;
}

/** Mostly a right value, else one near the limits, or anything. */
const nearly = (right: unknown, ...wrong: unknown[]) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(right) },
    { weight: 4, arbitrary: fc.constantFrom(undefined, null, ...wrong) },
    { weight: 1, arbitrary: fc.oneof(fc.string({ unit: "grapheme" }), fc.integer(), fc.boolean(), fc.constant([])) },
  );
const product = nearly("APPDEFAULT", "", "a b", "a.b_c-9", "x".repeat(32), "x".repeat(33), 1);
const refund = {
  merOrderId: nearly(
    "REFUND-0001",
    "12345",
    "123456",
    "x".repeat(32),
    "x".repeat(33),
    "REFUND 0001",
    "退货订单号-1",
    123456,
  ),
  mid: nearly("898310148160568", 898310148160568, 89831014816056, "89831014816056-", "8983101481605681", 1.5, -1),
  tid: nearly("88880001", 88880001, 8888001, "0088000A", "888800011", 888800011),
};
const instMidAlone = fc.record({ ...refund, instMid: product });
const systemIdAlone = fc.record({ ...refund, systemId: product });
const both = fc.record({ ...refund, instMid: product, systemId: product });
const refunds = fc.oneof({ weight: 3, arbitrary: instMidAlone }, systemIdAlone, both);
const question = fc
  .tuple(
    refunds,
    fc.record({
      requestTimestamp: nearly(
        "2026-03-01 08:30:00",
        "20260301083000",
        "2026-13-01 08:30:00",
        "2026-03-01T08:30:00",
        1,
      ),
      msgId: nearly(undefined, "", "m-1", "退".repeat(64), "x".repeat(65), 42, 0, -1, 1.5),
      srcReserve: nearly(undefined, "", "备注", "😀".repeat(255), "x".repeat(256), 42),
      unknown: nearly(undefined, { a: 1 }),
    }),
  )
  .map(([named, more]) => ({ ...named, ...more }));

/** Expects that the contract allows what the service reads, and nothing else, and that both happen. */
function expectSameVerdict<T>(
  values: fc.Arbitrary<T>,
  isRead: (body: Buffer) => boolean,
  isAllowed: (json: unknown) => boolean,
) {
  const verdicts = new Set<boolean>();
  const property = fc.property(values, (value) => {
    const text = JSON.stringify(value);
    const read = isRead(Buffer.from(text));
    verdicts.add(read);
    expect(isAllowed(JSON.parse(text)), text).toBe(read);
  });
  fc.assert(property, runs);
  expect(verdicts).toEqual(new Set([true, false]));
}

test("the contract allows exactly the questions that the service reads, in data or not", () => {
  const schema = schemaAt("/v1/netpay/refund-query");
  expectSameVerdict(
    fc.oneof(
      question,
      question.map((data) => ({ data })),
      fc.constantFrom<unknown>(null, [], "text", {}, { data: [] }),
    ),
    (body) => "request" in readRefundQueryRequest(body),
    (json) => breachesOf(schema, json).length === 0,
  );
});

test("the contract allows exactly the refunds that are registered, and 1 to 100 of them", () => {
  const schema = schemaAt("/v1/refunds/watch");
  const isRegistered = (body: Buffer) => {
    const items = readWatchRequest(body);
    return !("wrong" in items) && items.every((item) => "refund" in item);
  };
  const one = { merOrderId: "REFUND-0001", mid: "898310148160568", tid: "88880001", instMid: "APPDEFAULT" };
  expectSameVerdict(
    fc.oneof(
      fc.array(refunds, { maxLength: 3 }).map((many) => ({ refunds: many })),
      fc.constantFrom(100, 101).map((length) => ({ refunds: Array.from({ length }, () => one) })),
      fc.constantFrom<unknown>(null, [], {}, { refunds: null }, { refunds: {} }, { refunds: [1] }),
    ),
    isRegistered,
    (json) => breachesOf(schema, json).length === 0,
  );
});

test("the contract allows exactly the questions for changes that the service reads, but says nothing of what is in a cursor", () => {
  const schema = schemaAt("/v1/refunds/changes");
  expectSameVerdict(
    fc.oneof(
      fc.record({
        cursor: fc.constantFrom(undefined, null, "v1.7.12", 1),
        since: nearly(
          "2026-03-01T00:30:00Z",
          "2026-03-01T00:30+08:00",
          "2026-03-01t00:30:00.123z",
          "2026-03-01",
          "now",
          1,
        ),
        limit: nearly(100, 1, 0, 101, 1.5, "1"),
      }),
      fc.constantFrom<unknown>(null, [], "text", {}),
    ),
    (body) => !("wrong" in readChangesRequest(body)),
    (json) => breachesOf(schema, json).length === 0,
  );
});

test("the contract allows exactly the keys that the service reads", () => {
  const [header] = contract.paths["/v1/netpay/refund-query"]?.post.parameters ?? [];
  if (header === undefined) throw new Error("the query has no header");
  const text = fc.string({ unit: fc.constantFrom(...'ab "\\;=é!') });
  const long = fc.constantFrom("x".repeat(255), "x".repeat(256), `"${"x".repeat(255)}"`, `"${"x".repeat(256)}"`);
  expectSameVerdict(
    fc
      .oneof(
        text,
        text.map((key) => `"${key}"`),
        text.map((key) => `"a";${key}`),
        long,
      )
      .map((key) => key.trim()),
    (body) => "value" in readIdempotencyKey(JSON.parse(body.toString()) as string),
    (key) => headerBreaches(header.name, header, key as string).length === 0,
  );
});
