import fc from "fast-check";
import { expect, test } from "vitest";
import { evidenceForm, evidenceText } from "../../shared/aws/evidence-text.ts";
import { roomBeside } from "../../shared/aws/item-size.ts";
import { readRefundItem, refundAttributes } from "../../shared/aws/refund-item.ts";
import type { Evidence } from "../../shared/refund/evidence.ts";
import { allReadings } from "../../shared/refund/reading.ts";
import { layout, refundItem } from "../support/refund-items.ts";
import { claimedRefund, start, timedOut } from "../support/refunds.ts";

const row: fc.Arbitrary<Evidence> = fc.record({
  reading: fc.constantFrom(...allReadings),
  code: fc.option(fc.constantFrom("1000", "BAD_SIGN"), { nil: undefined }),
  times: fc.integer({ min: 1, max: 10_000 }),
  at: fc.integer({ min: start, max: start * 2 }),
  cameBack: fc.option(
    fc.record({
      status: fc.integer({ min: 100, max: 599 }),
      bytes: fc.integer({ min: 0, max: 65_536 }),
      digest: fc.constant("0a1b2c3d"),
      excerpt: fc.string({ unit: "grapheme", maxLength: 200 }),
    }),
    { nil: undefined },
  ),
});
const rows = fc.array(row, { minLength: 1, maxLength: 3 });
const bytesOf = (evidence: readonly Evidence[], room: number) => Buffer.byteLength(evidenceText(evidence, room) ?? "");
const bare = ({ cameBack, ...one }: Evidence): Evidence => ({
  ...one,
  cameBack: cameBack && { ...cameBack, excerpt: "" },
});

test("evidence takes no more than the room that there is, but the newest row is always kept", () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: -50, max: 1_500 }), (evidence, room) => {
      const least = bytesOf(evidence.slice(-1).map(bare), 10_000);
      expect(bytesOf(evidence, room)).toBeLessThanOrEqual(Math.max(room, least));
      const [newest] = evidenceForm.parse(evidenceText(evidence, room)).slice(-1);
      const expected = evidence.at(-1);
      expect(newest && bare(newest)).toEqual(expected && bare(expected));
    }),
  );
});

test("an empty excerpt takes no room", () => {
  const cameBack = { status: 502, bytes: 9, digest: "0a1b2c3d", excerpt: "" };
  const text = evidenceText([{ reading: timedOut, code: undefined, times: 1, at: start, cameBack }], 1_000);
  expect(text).toMatch(/,502,9,"0a1b2c3d"\]\]$/);
});

test("the size of a set counts each of its members", () => {
  const sizeWith = (...partners: string[]) => 1_024 - roomBeside({ pk: "P", partners });
  expect(sizeWith("north-shop", "west")).toBe(sizeWith("north-shop") + "west".length + 1);
});

test("evidence that has room is read back as it was, and is then written as the same text", () => {
  fc.assert(
    fc.property(rows, (evidence) => {
      const text = evidenceText(evidence, 10_000);
      expect(evidenceForm.parse(text)).toEqual(evidence);
    }),
  );
});

test("a refund with evidence stays under a kilobyte, whatever its pages are like", () => {
  fc.assert(
    fc.property(rows, fc.boolean(), (evidence, isLeased) => {
      const lease = isLeased ? { owner: "o".repeat(16), until: start } : undefined;
      const refund = claimedRefund({ evidence, lease, reading: timedOut, sentMsgId: "ab".repeat(16) });
      const attributes = refundAttributes(refund, layout);
      expect(roomBeside(attributes)).toBeLessThan(1_024);
      expect(Buffer.byteLength(JSON.stringify(refundItem(refund, layout)))).toBeLessThan(2_048);
      const read = readRefundItem(refundItem(refund, layout), layout);
      expect(refundAttributes(read, layout)).toEqual(attributes);
    }),
  );
});

test("what a newer version has written in another form hides nothing else of the refund", () => {
  const item = { ...refundItem(claimedRefund(), layout), evidence: { S: '[{"reading":"new"}]' } };
  expect(readRefundItem(item, layout)).toMatchObject({ state: "pending", evidence: [] });
});
