import { beforeAll, describe, expect, test } from "vitest";
import { createOpenRefunds } from "../../operate/open-refunds.ts";
import type { OpenRefundsFilter } from "../../operate/open-refunds-filter.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import { layout, refundItem } from "../support/refund-items.ts";
import { claimedRefund, dayMs, hourMs, mismatch, notFound, processing, start, succeeded } from "../support/refunds.ts";
import { newTable, putItem, recordOperations } from "../support/tables.ts";

const now = start + 10 * dayMs;
const other = "898310148160569";
const refunds = {
  untold: claimedRefund({ state: "succeeded", dueAt: undefined, untold: { sequence: 2, since: start, overtaken: [] } }),
  overdue: claimedRefund({ dueAt: now - hourMs, reading: processing, partners: ["south-shop"] }),
  missing: claimedRefund({ state: "needs_review", dueAt: now + hourMs, reading: notFound }),
  mismatched: claimedRefund({ mid: other, dueAt: now + 2 * hourMs, reading: mismatch, firstSeenAt: now - hourMs }),
  left: claimedRefund({ state: "needs_review", dueAt: undefined, lease: undefined, checkedAt: start }),
  verified: claimedRefund({ state: "failed", dueAt: now + 3 * hourMs, verifyRequestedAt: now }),
  settled: claimedRefund({ state: "succeeded", dueAt: undefined, reading: succeeded }),
} satisfies Record<string, Refund>;

let place: Awaited<ReturnType<typeof newTable>>;
beforeAll(async () => {
  place = await newTable();
  for (const refund of Object.values(refunds)) await putItem(place, refundItem(refund, layout));
});
const open = () => createOpenRefunds({ ...place, now: () => now });
const nameOf = (merOrderId: string) =>
  Object.entries(refunds).find(([, refund]) => refund.merOrderId === merOrderId)?.[0] ?? merOrderId;

async function listed(filter: OpenRefundsFilter): Promise<string[]> {
  const names: string[] = [];
  for await (const { recorded } of open().readOpen(filter)) names.push(nameOf(recorded.refund.merOrderId));
  return names;
}

describe("open refunds are", () => {
  const all = ["left", "overdue", "missing", "mismatched", "verified"];
  test.each<[OpenRefundsFilter, string[]]>([
    [{}, all],
    [{ state: "pending" }, ["overdue", "mismatched"]],
    [{ state: "needs_review" }, ["left", "missing"]],
    [{ state: "not_found" }, ["missing"]],
    [{ state: "mismatch" }, ["mismatched"]],
    [{ state: "untold" }, ["untold"]],
    [{ partner: "south-shop" }, ["overdue"]],
    [{ mid: other }, ["mismatched"]],
    [{ isDue: true }, ["overdue"]],
    [{ olderThanMs: dayMs }, ["left", "overdue", "missing", "verified"]],
  ])("where %j is wanted, these in the order of their due times: %j", async (filter, names) => {
    expect(await listed(filter)).toEqual(names);
  });

  test("read page by page as they are read at once, also where a page ends among refunds of one instant", async () => {
    const many = await newTable();
    // More of one shard than one query reads.
    const oneShard = { ...layout, shards: 1 };
    for (let i = 0; i < 60; i++) await putItem(many, refundItem(claimedRefund({ dueAt: start + (i % 3) }), oneShard));
    const reader = createOpenRefunds({ ...many, now: () => now });
    const atOnce = await reader.readPage({}, 1_000);
    expect([atOnce.refunds.length, atOnce.next]).toEqual([60, undefined]);
    const pages = [];
    for (let after: Parameters<typeof reader.readPage>[2]; ; ) {
      const page = await reader.readPage({}, 7, after);
      pages.push(...page.refunds);
      after = page.next;
      if (after === undefined) break;
    }
    expect(pages).toEqual(atOnce.refunds);
  });

  test("found without a scan, and with one batch of reads for a page", async () => {
    const operations = recordOperations(place.client);
    await open().readPage({}, 10);
    expect(new Set(operations)).toEqual(new Set(["Query", "BatchGetItem"]));
    expect(operations.filter((operation) => operation === "BatchGetItem")).toHaveLength(1);
  });
});

test("the merchants and products seen are those of open refunds", async () => {
  const { mids, products } = await open().seen();
  expect(mids.toSorted()).toEqual([refunds.overdue.mid, other]);
  expect(products).toEqual(["APPDEFAULT"]);
});
