import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { createReadChanges } from "../../functions/refund-feed/read-changes.ts";
import { createDeliver } from "../../functions/refund-tell/deliver.ts";
import { createTellRefunds } from "../../functions/refund-tell/tell-refunds.ts";
import { createWriteEvents } from "../../functions/refund-tell/write-events.ts";
import { createDynamoDeliveryStore } from "../../shared/aws/dynamo-delivery-store.ts";
import { createDynamoEventStore } from "../../shared/aws/dynamo-event-store.ts";
import { createDynamoFeedStore } from "../../shared/aws/dynamo-feed-store.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import type { StoredEvent } from "../../shared/telling/event-store.ts";
import { eventId } from "../../shared/telling/refund-event.ts";
import { between, createRandom, type Random } from "../simulation/random.ts";
import { refundItem } from "../support/refund-items.ts";
import { claimedRefund, minuteMs, start } from "../support/refunds.ts";
import { newTable, putItem, storeOn, storeOptions } from "../support/tables.ts";
import { newTellRun } from "../support/told-refunds.ts";

// Writers are killed, frozen and cut off at any of their calls, while readers page. Whatever happens, every reader gets every
// event once, in the one order of the feed.

let place: { client: DynamoDBClient; table: string };
beforeAll(async () => {
  place = await newTable();
});

const seeds = Array.from({ length: 3 }, (_, i) => i + 1);
const refundCount = 24;
const writerCount = 4;
const readersOfEach = 3;

/** What befalls the calls of writers while there is trouble, and what thaws those that were frozen. */
function createTrouble(random: Random) {
  const thaw = Promise.withResolvers<void>();
  let isOver = false;
  const frozen: Promise<unknown>[] = [];

  /** A client of the table for one writer, which is killed for good at one of its calls. */
  function clientOf(onKilled: () => void): DynamoDBClient {
    let isKilled = false;
    const send = async (command: Parameters<DynamoDBClient["send"]>[0]) => {
      if (isKilled) return await new Promise(() => undefined);
      const fate = isOver ? 1 : random();
      if (fate < 0.02) {
        isKilled = true;
        onKilled();
        return await new Promise(() => undefined);
      }
      if (fate < 0.05) throw new Error("cut off before");
      if (fate < 0.07) await thaw.promise;
      const result = await place.client.send(command as never);
      if (fate >= 0.07 && fate < 0.1) throw new Error("cut off after");
      return result;
    };
    return { send } as unknown as DynamoDBClient;
  }

  return {
    clientOf,
    frozen,
    end() {
      isOver = true;
      thaw.resolve();
    },
  };
}

describe.each(seeds)("seed %i", (seed) => {
  test("every event is read once, in the order of the pages, by every reader, and every end is posted", async () => {
    const random = createRandom(seed);
    let clock = start;
    const now = () => {
      clock += between(random, 0, 200);
      return clock;
    };
    const partners = [`north-${seed}`, `south-${seed}`];
    const mids = ["898310148160568"];
    const refunds = Array.from({ length: refundCount }, () =>
      claimedRefund({
        partners: random() < 0.6 ? partners : [partners[between(random, 0, 2)] ?? ""],
        lease: undefined,
      }),
    );
    for (const refund of refunds) await putItem(place, refundItem(refund));
    const trouble = createTrouble(random);
    const posted: StoredEvent[] = [];

    function newWriter() {
      const { promise: killed, resolve } = Promise.withResolvers<"killed">();
      const options = { ...storeOptions({ ...place, client: trouble.clientOf(() => resolve("killed")) }), now };
      const store = createDynamoEventStore(options);
      const postEvent = async (event: unknown) => {
        posted.push(event as StoredEvent);
        return { kind: "delivered" } as const;
      };
      const deliver = createDeliver({ store: createDynamoDeliveryStore(options), postEvent, now, random });
      const tellRefunds = createTellRefunds({ store, writeEvents: createWriteEvents({ store, now }), deliver });
      const tellSome = async () => {
        const some = refunds.filter(() => random() < 0.4);
        const asOfNow = await store.readRefunds(some, Number.POSITIVE_INFINITY);
        await tellRefunds(asOfNow, { startTriesBy: clock, giveUpAt: Number.POSITIVE_INFINITY }, newTellRun());
        return asOfNow.some(({ untold }) => untold !== undefined) ? "told" : "idle";
      };
      return { killed, tellSome };
    }

    /** Tells until all is settled and told. In the place of a killed writer comes another; a frozen one is left behind. */
    async function write(): Promise<void> {
      for (let writer = newWriter(); !isSettled || (await untoldNow()) > 0; ) {
        const work = writer.tellSome().catch(() => "cut off" as const);
        const freeze = new Promise<"frozen">((resolve) => setTimeout(resolve, 250, "frozen"));
        const ended = await Promise.race([work, writer.killed, freeze]);
        if (ended === "frozen") trouble.frozen.push(Promise.race([work, writer.killed]));
        if (ended === "killed" || ended === "frozen") writer = newWriter();
      }
    }
    const records = storeOn(place);
    const readAll = async () => (await Promise.all(refunds.map((refund) => records.read(refund)))) as Refund[];
    const untoldNow = async () => (await readAll()).filter(({ untold }) => untold !== undefined).length;

    /** Takes refunds through review to their ends, in part before anybody was told of the review. */
    let isSettled = false;
    async function settle(): Promise<void> {
      const steps = refunds.flatMap((refund) => [refund, refund]);
      while (steps.length > 0) {
        const [refund] = steps.splice(between(random, 0, steps.length), 1);
        const before = refund && (await records.read(refund));
        if (before === undefined) throw new Error("a refund is gone");
        const state = before.state === "pending" ? "needs_review" : "succeeded";
        const version = before.version + 1;
        const since = now() - between(random, 0, minuteMs);
        const untold = { sequence: version, since, overtaken: before.untold ? [before.untold.sequence] : [] };
        const { kind } = await records.settle({ before, after: { ...before, version, state, untold } });
        if (kind === "superseded") steps.push(before);
      }
      isSettled = true;
    }

    const readChanges = createReadChanges({ store: createDynamoFeedStore({ ...storeOptions(place), now }), now });
    let isWritten = false;
    async function read(partnerId: string): Promise<StoredEvent[]> {
      const events: StoredEvent[] = [];
      for (let cursor: { page: number; index: number } | undefined; ; ) {
        const isLast = isWritten;
        const request = { cursor, since: undefined, limit: between(random, 1, 8) };
        const some = await readChanges({ partnerId, mids }, request, Number.POSITIVE_INFINITY);
        events.push(...some.events);
        cursor = some.place;
        if (isLast && some.events.length === 0) return events;
      }
    }

    const readers = partners.flatMap((partner) => Array.from({ length: readersOfEach }, () => read(partner)));
    await Promise.all([settle(), ...Array.from({ length: writerCount }, write)]);
    trouble.end();
    await Promise.all(trouble.frozen);
    isWritten = true;
    const seen = await Promise.all(readers);

    for (const [i, partner] of partners.entries()) {
      const fresh = await read(partner);
      const ids = fresh.map(eventId);
      expect(new Set(ids).size).toBe(ids.length);
      for (const events of seen.slice(i * readersOfEach, (i + 1) * readersOfEach)) expect(events).toEqual(fresh);
      const pages = fresh.map(({ page }) => page);
      expect(pages).toEqual(pages.toSorted((a, b) => a - b));
      const finals = (await readAll()).filter((refund) => refund.partners.includes(partner));
      const told = fresh.filter(({ body }) => body.includes("refund.succeeded"));
      expect(told.map(({ refund }) => refund.merOrderId).toSorted()).toEqual(
        finals.map(({ merOrderId }) => merOrderId).toSorted(),
      );
      const bodies = new Map(fresh.map((event) => [eventId(event), event.body]));
      const toPartner = posted.filter(({ partnerId }) => partnerId === partner);
      for (const event of toPartner) expect(event.body).toBe(bodies.get(eventId(event)));
      // A review that was over before its writer was killed may be in the feed alone.
      expect(ids).toEqual(expect.arrayContaining(toPartner.map(eventId)));
      expect(toPartner.map(eventId)).toEqual(expect.arrayContaining(told.map(eventId)));
    }
  });
});
