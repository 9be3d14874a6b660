import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answerItem, readAnswerItem } from "../../shared/aws/answer-item.ts";
import type { Item } from "../../shared/aws/attributes.ts";
import { readAuditItem } from "../../shared/aws/audit-item.ts";
import { deliveryItem, readDeliveryItem } from "../../shared/aws/delivery-item.ts";
import { endpointItem, readEndpointItem } from "../../shared/aws/endpoint-item.ts";
import { eventItem, readEventItem } from "../../shared/aws/event-item.ts";
import { feedPageItem, readFeedPageItem } from "../../shared/aws/feed-page-item.ts";
import { readRefundItem } from "../../shared/aws/refund-item.ts";
import type { Delivery } from "../../shared/telling/delivery.ts";
import { eventId, eventOf } from "../../shared/telling/refund-event.ts";
import { layout } from "../support/refund-items.ts";
import { start } from "../support/refunds.ts";

// As stored-layouts.test.ts, for what is kept in order to tell partners.

const folder = join(import.meta.dirname, "../fixtures/items");
const itemOf = (name: string): Item => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
const refund = { mid: "898310148160568", instMid: "APPDEFAULT", merOrderId: "124S2023071980881897" };
const key = { refund, partnerId: "north-shop", sequence: 2 };

test("every item on file that is kept in order to tell is read by a test", () => {
  const names = readdirSync(folder).filter((name) => /^3-(?!refund)/.test(name));
  const read = ["delivery-dead", "delivery-delivered", "delivery-due", "endpoint", "event", "event-ruled-out", "page"];
  expect(names.toSorted()).toEqual(read.map((name) => `3-${name}.json`).toSorted());
});

test("an event is read as what it meant, and is still written as it was", () => {
  const event = readEventItem(itemOf("3-event"));
  expect(event).toMatchObject({ ...key, page: 7, at: start + 400 });
  expect(JSON.parse(event.body)).toMatchObject({ type: "refund.succeeded", data: { sequence: 2 } });
  // Another version of Brotli may pack the same text into other bytes.
  const { body, ...written } = eventItem(event);
  expect(itemOf("3-event")).toMatchObject(written);
  expect(readEventItem({ ...written, body: body ?? { S: "" } })).toEqual(event);
});

test("an event with all that ChinaUMS's page shows stays under a kilobyte, which is one write unit", () => {
  const bytes = Object.entries(itemOf("3-event")).reduce(
    (sum, [name, { S = "", N = "" }]) => sum + Buffer.byteLength(name + S + N),
    0,
  );
  expect(bytes).toBeLessThan(1_024);
});

test("an event has the same id and the same body for ever, because receivers know it by them", () => {
  const event = readEventItem(itemOf("3-event"));
  expect(eventId(event)).toBe("evt_onuq0W5GWEsmB-mXg7uFfe");
  expect(eventOf(readRefundItem(itemOf("3-refund-untold"), layout))).toEqual({
    sequence: event.sequence,
    at: event.at,
    body: event.body,
  });
});

test("an event that was ruled out is on no page", () => {
  const ruledOut = readEventItem(itemOf("3-event-ruled-out"));
  expect(ruledOut).toEqual({ ...key, page: 0, body: "", at: start + 90_000 });
  expect(eventItem(ruledOut)).toEqual(itemOf("3-event-ruled-out"));
});

test("a page of a feed is read as what it meant, and is still written as it was", () => {
  const page = readFeedPageItem(itemOf("3-page"));
  expect(page).toEqual({
    number: 7,
    at: start + 500,
    entries: [
      { refund, sequence: 2 },
      { refund: { ...refund, merOrderId: "A#B-0001" }, sequence: 41 },
    ],
  });
  expect(feedPageItem("north-shop", page)).toEqual(itemOf("3-page"));
});

const due = { ...key, state: "due", attempts: 3, eventAt: start + 400, dueAt: start + 7_200_000 } as const;
const deliveries: Record<string, Delivery> = {
  "3-delivery-due": { ...due, trouble: "status", status: 500 },
  "3-delivery-dead": {
    ...due,
    state: "dead",
    attempts: 10,
    dueAt: start + 270_000_000,
    trouble: "timeout",
    status: undefined,
  },
  "3-delivery-delivered": { ...due, state: "delivered", trouble: "status", status: 500 },
};

test.each(Object.entries(deliveries))(
  "%s is read as what it meant, and is still written as it was",
  (name, meaning) => {
    expect(readDeliveryItem(itemOf(name))).toEqual(meaning);
    expect(deliveryItem(meaning, layout.shards)).toEqual(itemOf(name));
  },
);

test("a delivery in a state that only a newer version knows is left alone, and words that it knows alone are left out", () => {
  const newer = { ...itemOf("3-delivery-due"), state: { S: "paused" }, trouble: { S: "new_trouble" } };
  expect(readDeliveryItem(newer)).toMatchObject({ state: "delivered", trouble: undefined, attempts: 3 });
});

test("an endpoint is read as what it meant, and is still written as it was", () => {
  const endpoint = readEndpointItem(itemOf("3-endpoint"));
  expect(endpoint).toEqual({
    partnerId: "north-shop",
    configId: "0123456789abcdef",
    failingSince: start,
    disabledAt: start + 432_000_000,
  });
  expect(endpoint && endpointItem(endpoint)).toEqual(itemOf("3-endpoint"));
});

test("a refund that an older version has taken out of the index while it was untold is told no more", () => {
  const { dueAt: _, dueShard: __, ...item } = itemOf("3-refund-untold");
  expect(readRefundItem(item, layout)).toMatchObject({ state: "succeeded", untold: undefined, dueAt: undefined });
});

test("items beside a refund are not taken for one another", () => {
  const names = ["3-event", "3-delivery-due", "3-refund-untold"];
  expect(names.map((name) => readAnswerItem(itemOf(name)) ?? readAuditItem(itemOf(name)))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(() => readEventItem(itemOf("3-delivery-due"))).toThrow("a stored record cannot be read");
  expect(readDeliveryItem(itemOf("3-event"))).toBeUndefined();
  const answer = { version: 2, at: start, latencyMs: 1, reading: { kind: "processing" }, fields: {} } as const;
  expect(readDeliveryItem(answerItem(refund, { ...answer, matchedBy: undefined }))).toBeUndefined();
});
