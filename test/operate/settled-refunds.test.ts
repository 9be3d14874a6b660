import { beforeEach, expect, test } from "vitest";
import { createSettledRefunds, type SettledRefund } from "../../operate/settled-refunds.ts";
import { createDynamoEventStore } from "../../shared/aws/dynamo-event-store.ts";
import { feedPageItem } from "../../shared/aws/feed-page-item.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import { layout, refundItem } from "../support/refund-items.ts";
import { dayMs, hourMs, minuteMs, start } from "../support/refunds.ts";
import { newTable, putItem, recordOperations, storeOptions } from "../support/tables.ts";
import { untoldRefund } from "../support/told-refunds.ts";

const everything = { since: 0, until: Number.POSITIVE_INFINITY };
let place: Awaited<ReturnType<typeof newTable>>;
beforeEach(async () => {
  place = await newTable();
});

/** Puts refunds on record, and lists them on one page of a partner's feed. */
async function tell(partnerId: string, at: number, refunds: readonly Refund[]): Promise<void> {
  for (const refund of refunds) await putItem(place, refundItem(refund, layout));
  const entries = refunds.map((refund) => ({ refund, sequence: refund.version }));
  await createDynamoEventStore(storeOptions(place)).appendPage(partnerId, entries, at);
}

async function readAll(
  partnerIds: readonly string[],
  range: { since: number; until: number; order: "oldest" | "newest" },
): Promise<SettledRefund[]> {
  const found: SettledRefund[] = [];
  for await (const batch of createSettledRefunds(storeOptions(place))(partnerIds, range)) {
    expect(batch.length).toBeLessThanOrEqual(100);
    found.push(...batch);
  }
  return found;
}

async function read(...args: Parameters<typeof readAll>): Promise<{ at: number; number: string }[]> {
  return (await readAll(...args)).map(({ at, recorded }) => ({ at, number: recorded.refund.merOrderId }));
}

test("refunds of all partners come by the time at which they were listed, in either order", async () => {
  const [a, b, c] = [untoldRefund(), untoldRefund(), untoldRefund()];
  await tell("north-shop", start, [a]);
  await tell("south-shop", start + 1, [b]);
  await tell("north-shop", start + 2, [c]);
  const numbers = [a, b, c].map(({ merOrderId }) => merOrderId);
  const listed = (found: { number: string }[]) => found.map(({ number }) => number);
  expect(listed(await read(["north-shop", "south-shop"], { ...everything, order: "oldest" }))).toEqual(numbers);
  expect(listed(await read(["north-shop", "south-shop"], { ...everything, order: "newest" }))).toEqual(
    numbers.toReversed(),
  );
});

test("a refund that several partners were told of, and of several states, comes once", async () => {
  const refund = untoldRefund();
  await tell("north-shop", start, [refund]);
  await tell("south-shop", start + 5, [refund]);
  await tell("north-shop", start + dayMs, [refund]);
  const partners = ["north-shop", "south-shop"];
  expect(await read(partners, { ...everything, order: "oldest" })).toMatchObject([{ at: start }]);
  expect(await read(partners, { ...everything, order: "newest" })).toMatchObject([{ at: start + dayMs }]);
});

test("a time range is read alone, in either order, also where clocks differed by half a minute", async () => {
  const refunds = Array.from({ length: 300 }, () => untoldRefund());
  const numbers = refunds.map(({ merOrderId }) => merOrderId);
  const put = async (refund: Refund, i: number) => {
    const page = { number: i + 1, at: start + i * minuteMs + (i % 3 === 0 ? 30_000 : 0) };
    await putItem(place, refundItem(refund, layout));
    await putItem(place, feedPageItem("north-shop", { ...page, entries: [{ refund, sequence: 2 }] }));
  };
  await Promise.all(refunds.map(put));
  const range = { since: start + 2 * hourMs, until: start + 3 * hourMs };
  const operations = recordOperations(place.client);
  const found = await read(["north-shop"], { ...range, order: "oldest" });
  expect(found.map(({ number }) => number)).toEqual(numbers.slice(120, 180));
  expect(operations.filter((name) => name === "Query").length).toBeLessThan(16);
  const newest = await read(["north-shop"], { ...range, order: "newest" });
  expect(newest.map(({ number }) => number)).toEqual(numbers.slice(120, 180).toReversed());
});

test("batches hold a hundred refunds at most, and none is lost between them", async () => {
  const refunds = Array.from({ length: 230 }, () => untoldRefund());
  for (let i = 0; i < refunds.length; i += 40) await tell("north-shop", start + i, refunds.slice(i, i + 40));
  expect(await read(["north-shop"], { ...everything, order: "newest" })).toHaveLength(230);
});

test("a refund that cannot be read does not hide the others, and one that is gone is left out", async () => {
  const [broken, sound, gone] = [untoldRefund(), untoldRefund(), untoldRefund()];
  await tell("north-shop", start, [broken, sound]);
  await putItem(place, { ...refundItem(broken, layout), version: { S: "seven" } });
  const entries = [{ refund: gone, sequence: 2 }];
  await createDynamoEventStore(storeOptions(place)).appendPage("north-shop", entries, start);
  const found = await readAll(["north-shop"], { ...everything, order: "oldest" });
  expect(found.map(({ recorded }) => recorded.kind)).toEqual(["unreadable", "readable"]);
});

test("a partner without a feed has no refunds", async () => {
  expect(await read(["north-shop"], { ...everything, order: "oldest" })).toEqual([]);
  expect(await read([], { ...everything, order: "newest" })).toEqual([]);
});
