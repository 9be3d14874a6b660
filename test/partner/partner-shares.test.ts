import fc from "fast-check";
import { expect, test } from "vitest";
import { createDynamoShareStore } from "../../shared/aws/dynamo-share-store.ts";
import type { Partner } from "../../shared/partner/partner.ts";
import { createPartnerShares, type ShareStore } from "../../shared/partner/partner-shares.ts";
import type { Rate } from "../../shared/partner/token-bucket.ts";
import { start } from "../support/refunds.ts";
import { newTable, recordOperations, storeOptions } from "../support/tables.ts";

const north: Partner = { partnerId: "north", appId: "a", appKeys: ["k"], mids: [] };
const south: Partner = { ...north, partnerId: "south" };
const share: Rate = { perSecond: 10, burst: 20 };

/** Instances of one deployment, each of which answers one request at a time, as Lambda's do. */
async function newFleet(instances: number, broken?: ShareStore) {
  const table = await newTable();
  const operations = recordOperations(table.client);
  let now = start;
  const store = broken ?? createDynamoShareStore({ ...storeOptions(table), now: () => now });
  const fleet = Array.from({ length: instances }, () => createPartnerShares({ share, store, now: () => now }));
  return {
    operations,
    pass: (ms: number) => {
      now += ms;
    },
    /** One request to an instance; true if it is within the share. */
    async ask(instance: number, partner = north) {
      const taken = fleet[instance % instances]?.take(partner);
      if (taken?.kind === "within") await taken.told;
      return taken;
    },
  };
}

async function within(asked: Promise<{ readonly kind: string } | undefined>): Promise<number> {
  return (await asked)?.kind === "within" ? 1 : 0;
}

test("one instance gives a partner its burst, and then its rate", async () => {
  const { ask, pass } = await newFleet(1);
  let count = 0;
  for (let i = 0; i < 50; i++) count += await within(ask(0));
  expect(count).toBe(20);
  expect(await ask(0)).toEqual({ kind: "spent", waitMs: 100 });
  pass(1_000);
  for (let i = 0; i < 50; i++) count += await within(ask(0));
  expect(count).toBe(30);
});

test("a storm of slow requests over many instances gets the share, and two requests more from each instance", async () => {
  const { ask, pass } = await newFleet(30);
  let count = 0;
  // Each instance is busy for 800 ms with a request, so none of them sees more than the share by itself.
  for (let round = 0; round < 10; round++) {
    const asked = await Promise.all(Array.from({ length: 30 }, (_, instance) => within(ask(instance))));
    count += asked.reduce((sum, one) => sum + one, 0);
    pass(800);
  }
  const elapsedSeconds = 9 * 0.8;
  expect(count).toBeGreaterThanOrEqual(share.burst + elapsedSeconds * share.perSecond - 1);
  expect(count).toBeLessThanOrEqual(share.burst + elapsedSeconds * share.perSecond + 2 * 30);
  expect(await within(ask(0, south))).toBe(1);
});

test("however requests fall, all instances together give no more than the share and a few requests each", async () => {
  const steps = fc.array(fc.tuple(fc.nat(4), fc.integer({ min: 20, max: 300 })), { minLength: 20, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(steps, async (asked) => {
      const { ask, pass } = await newFleet(5);
      let [count, elapsedMs] = [0, 0];
      for (const [instance, ms] of asked) {
        pass(ms);
        elapsedMs += ms;
        count += await within(ask(instance));
        // Within 100 ms of its last write an instance tells nothing: at most five requests of 20 ms are unknown to the others, and one after a rest.
        expect(count).toBeLessThanOrEqual(share.burst + (elapsedMs * share.perSecond) / 1_000 + 5 * 6);
      }
    }),
    { numRuns: 10 },
  );
});

test("quick requests to one instance are told together", async () => {
  const { ask, pass, operations } = await newFleet(1);
  for (let i = 0; i < 40; i++) {
    await ask(0);
    pass(20);
  }
  expect(operations.length).toBeGreaterThan(1);
  expect(operations.length).toBeLessThanOrEqual(8);
});

test("a partner that asks rarely costs no write", async () => {
  const { ask, pass, operations } = await newFleet(1);
  for (let i = 0; i < 5; i++) {
    await ask(0);
    pass(1_001);
  }
  expect(operations).toEqual([]);
});

test("what has come back in the meantime is not told", async () => {
  const { ask, pass } = await newFleet(2);
  for (let i = 0; i < share.burst; i++) await ask(0);
  pass(60_000);
  await ask(0);
  pass(100);
  await ask(0);
  let count = 0;
  for (let i = 0; i < 2; i++) await ask(1);
  pass(100);
  for (let i = 0; i < 40; i++) count += await within(ask(1));
  expect(count).toBe(share.burst - 2);
});

test("a partner has its own share where its secret names one", async () => {
  const { ask } = await newFleet(1);
  const own = { ...north, share: { perSecond: 1, burst: 2 } };
  const asked = [await ask(0, own), await ask(0, own), await ask(0, own)];
  expect(asked.map((taken) => taken?.kind)).toEqual(["within", "within", "spent"]);
});

test("while the table is out of reach each instance counts by itself", async () => {
  const broken = { spend: () => Promise.reject(new Error("no table")) };
  const { ask } = await newFleet(2, broken);
  let count = 0;
  for (let i = 0; i < 100; i++) count += await within(ask(i));
  expect(count).toBe(2 * share.burst);
});
