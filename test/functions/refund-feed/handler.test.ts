import type { Context } from "aws-lambda";
import { beforeEach, describe, expect, test } from "vitest";
import { createRefundFeedHandler } from "../../../functions/refund-feed/handler.ts";
import { createReadChanges } from "../../../functions/refund-feed/read-changes.ts";
import { createDynamoFeedStore } from "../../../shared/aws/dynamo-feed-store.ts";
import { createDynamoWatchStore } from "../../../shared/aws/dynamo-watch-store.ts";
import type { HttpAnswer } from "../../../shared/http/http-answer.ts";
import { eventId } from "../../../shared/telling/refund-event.ts";
import { refundItem } from "../../support/refund-items.ts";
import { type claimedRefund, dayMs, newIdentity, testTid } from "../../support/refunds.ts";
import { putItem, storeOn, storeOptions } from "../../support/tables.ts";
import { startTelling } from "../../support/telling-function.ts";
import { eventKeyOf, untoldRefund } from "../../support/told-refunds.ts";

const mid = "898310148160568";
const partner = { partnerId: "north-shop", appId: "a", appKeys: ["k"], mids: [mid] };
let telling: Awaited<ReturnType<typeof startTelling>>;
let lines: Record<string, unknown>[];
beforeEach(async () => {
  telling = await startTelling();
  lines = [];
});

/** Calls the function as API Gateway does, as a partner that has shown who it is. */
async function call(path: string, body: unknown) {
  const { now } = telling;
  const options = { ...storeOptions(telling.place), now };
  const handler = createRefundFeedHandler({
    expectedWaits: {},
    authenticatePartner: async () => ({ kind: "partner", partner }),
    partnerShares: { take: () => ({ kind: "within", told: Promise.resolve() }) },
    store: createDynamoWatchStore(options),
    readChanges: createReadChanges({ store: createDynamoFeedStore(options), now }),
    log: (_level, event, fields) => lines.push({ event, ...fields }),
    now,
  });
  const event = {
    version: "2.0",
    rawPath: path,
    headers: {},
    body: typeof body === "string" ? body : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { requestId: "request-1", http: { method: "POST" } },
  };
  const context = { getRemainingTimeInMillis: () => 28_000 } as Context;
  const answer = (await handler(event, context)) as HttpAnswer;
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
}
const watch = (...refunds: unknown[]) => call("/v1/refunds/watch", { refunds });
const changes = (question: unknown = {}) => call("/v1/refunds/changes", question);
const onRecord = async (refund: ReturnType<typeof claimedRefund>) => {
  await putItem(telling.place, refundItem(refund));
  return refund;
};
const asking = (identity = newIdentity()) => ({ ...identity, tid: testTid });

describe("watch", () => {
  test("remembers new refunds, and says of each where it stands", async () => {
    const known = await onRecord(untoldRefund({ untold: undefined, isAnswered: true }));
    const [fresh, final] = [asking(), asking(known)];
    const { status, body } = await watch(fresh, {
      mid,
      instMid: final.instMid,
      merOrderId: final.merOrderId,
      tid: testTid,
    });
    expect(status).toBe(200);
    expect(body.refunds).toMatchObject([
      {
        mid,
        instMid: "APPDEFAULT",
        merOrderId: fresh.merOrderId,
        result: "created",
        recheck: { state: "pending", final: false, checkedAt: null, nextCheckAt: "2026-01-05T01:00:00.000Z" },
      },
      {
        merOrderId: final.merOrderId,
        result: "known",
        recheck: { state: "succeeded", final: true, nextCheckAt: null },
      },
    ]);
    expect(await storeOn(telling.place).read(fresh)).toMatchObject({ state: "pending", partners: ["north-shop"] });
    expect(lines).toMatchObject([{ event: "refund_watch", partner: "north-shop", refunds: 2, status: 200 }]);
  });

  test("is safe to repeat: the refund is known, and nothing is written", async () => {
    const refund = asking();
    await watch(refund);
    telling.pass(dayMs);
    expect((await watch(refund)).body.refunds).toMatchObject([{ result: "known" }]);
    expect((await storeOn(telling.place).read(refund))?.version).toBe(1);
  });

  test("remembers a refund once that is named twice, and says so", async () => {
    const refund = asking();
    const { body } = await watch(refund, refund);
    expect(body.refunds).toMatchObject([{ result: "created" }, { result: "known" }]);
    expect(await storeOn(telling.place).read(refund)).toMatchObject({ version: 1, partners: ["north-shop"] });
  });

  test("names every wrong field of every wrong refund, and remembers the others", async () => {
    const right = asking();
    const wrong = { mid: "1", merOrderId: "", tid: 5, instMid: "APPDEFAULT" };
    const { status, body } = await watch(
      wrong,
      right,
      "not a refund",
      null,
      asking({ ...newIdentity(), mid: "898310148160569" }),
    );
    expect(status).toBe(200);
    expect(body.refunds.map(({ result }: { result: string }) => result)).toEqual([
      "refused",
      "created",
      "refused",
      "refused",
      "refused",
    ]);
    const [first, , , , notTheirs] = body.refunds;
    expect(first).toMatchObject({ mid: "1", merOrderId: "", instMid: "APPDEFAULT" });
    expect(first).not.toHaveProperty("tid");
    expect(first.errors.map(({ field }: { field: string }) => field).toSorted()).toEqual(["merOrderId", "mid", "tid"]);
    expect(notTheirs).toMatchObject({
      mid: "898310148160569",
      errors: [{ field: "mid", message: "is not a merchant that this AppId may ask about" }],
    });
  });

  test("names a refused refund as it was called, but not by what is no name", async () => {
    const fits = "x".repeat(64);
    const { body } = await watch({ mid: true, systemId: fits, merOrderId: `${fits}x` });
    expect(body.refunds).toEqual([{ systemId: fits, result: "refused", errors: expect.any(Array) }]);
  });

  test("takes 100 refunds, and not one more or none", async () => {
    const many = Array.from({ length: 100 }, () => asking());
    expect((await watch(...many)).body.refunds).toHaveLength(100);
    for (const refunds of [[...many, asking()], []]) {
      const { status, body } = await watch(...refunds);
      expect([status, body.errors]).toEqual([
        400,
        [{ field: "refunds", message: "must be an array of 1 to 100 refunds" }],
      ]);
    }
  });

  test.each([
    ["[]", "body"],
    ["{}", "refunds"],
    ['{"refunds":{}}', "refunds"],
    ["", "body"],
    ["{", "body"],
  ])("%j is a bad request", async (text, field) => {
    const { status, body } = await call("/v1/refunds/watch", text);
    expect([status, body.errors.map((one: { field: string }) => one.field)]).toEqual([400, [field]]);
  });
});

describe("changes", () => {
  test("gives events with their ids, and the cursor to come back with", async () => {
    const refund = await telling.endRefund();
    await telling.stream(refund);
    const first = await changes();
    const [event] = await telling.eventsOf(eventKeyOf(refund));
    expect(first.status).toBe(200);
    expect(first.body).toEqual({
      events: [{ id: eventId(eventKeyOf(refund)), ...JSON.parse(event?.body ?? "") }],
      cursor: "v1.2.0",
    });
    expect((await changes({ cursor: first.body.cursor })).body).toEqual({ events: [], cursor: "v1.2.0" });
    expect(lines).toMatchObject([{ event: "refund_changes", events: 1 }, { events: 0 }]);
  });

  test("begins at the beginning without a body, and pages by the limit", async () => {
    const refunds = await Promise.all(Array.from({ length: 3 }, () => telling.endRefund()));
    await telling.stream(...refunds);
    const { body } = await call("/v1/refunds/changes", "");
    expect(body.events).toHaveLength(3);
    const first = (await changes({ limit: 2 })).body;
    const second = (await changes({ limit: 2, cursor: first.cursor })).body;
    expect([...first.events, ...second.events]).toEqual(body.events);
    expect((await changes({ since: "2026-01-07T09:00:00+08:00" })).body.events).toEqual([]);
    expect((await changes({ since: "2026-01-05T01:00:00Z", cursor: null })).body.events).toHaveLength(3);
  });

  test.each([
    [{ cursor: "v1.1" }, "cursor"],
    [{ cursor: 5 }, "cursor"],
    [{ since: "yesterday" }, "since"],
    [{ since: "2026-01-05" }, "since"],
    [{ since: "2026-13-05T01:00:00Z" }, "since"],
    [{ limit: 0 }, "limit"],
    [{ limit: 101 }, "limit"],
    [{ limit: 1.5 }, "limit"],
    [{ limit: "5" }, "limit"],
    ["[]", "body"],
  ])("with %j is a bad request", async (question, field) => {
    const { status, body } = await changes(question);
    expect([status, body.errors.map((one: { field: string }) => one.field)]).toEqual([400, [field]]);
    expect(lines).toMatchObject([{ event: "refund_changes", wrongFields: field, status: 400 }]);
  });
});
