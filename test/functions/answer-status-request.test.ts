import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, test } from "vitest";
import {
  type AnswerStatusRequestDeps,
  createAnswerStatusRequest,
} from "../../functions/refund-query/answer-status-request.ts";
import { defaultTimes, type StatusRequest, type StatusResult } from "../../functions/refund-query/status-request.ts";
import type { Check } from "../../shared/refund/check.ts";
import type { CheckUpstream } from "../../shared/refund/question.ts";
import type { Reading } from "../../shared/refund/reading.ts";
import { defaultLadders } from "../../shared/refund/recheck-ladder.ts";
import { recordCheck } from "../../shared/refund/record-check.ts";
import type { RefundIdentity } from "../../shared/refund/refund.ts";
import type { RefundStore } from "../../shared/refund/refund-store.ts";
import { terminalsToTry } from "../../shared/refund/terminals.ts";
import { UnavailableError } from "../../shared/refund/unavailable.ts";
import {
  badRequest,
  checkOf,
  contextAt,
  failed,
  hourMs,
  minuteMs,
  mismatch,
  newIdentity,
  notFound,
  processing,
  refused,
  start,
  succeeded,
  timedOut,
} from "../support/refunds.ts";
import { newTable, recordOperations, storeOn } from "../support/tables.ts";

let client: DynamoDBClient;
let store: RefundStore;
let now: number;
let asked: { tid: string; deadline: number }[];
beforeEach(async () => {
  const table = await newTable();
  client = table.client;
  store = storeOn(table);
  now = start;
  asked = [];
});

let owners = 0;
/** A use case over the real store, whose clock stands still but for its sleeps. */
function asking(answer: (count: number) => Check | Promise<Check>, overrides: Partial<AnswerStatusRequestDeps> = {}) {
  const checkUpstream: CheckUpstream = async ({ tid }, deadline) => await answer(asked.push({ tid, deadline }));
  return createAnswerStatusRequest({
    store,
    checkUpstream,
    ladders: defaultLadders,
    times: defaultTimes,
    now: () => now,
    random: () => 0.5,
    newOwner: () => `owner-${++owners}`,
    sleep: async (ms) => {
      now += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
    ...overrides,
  });
}

function requestFor(identity: RefundIdentity, overrides: Partial<StatusRequest> = {}): StatusRequest {
  return {
    question: { ...identity, tid: "88880001", srcReserve: undefined },
    payloadDigest: "digest-1",
    partnerId: "north-shop",
    key: undefined,
    endsAt: now + 28_000,
    ...overrides,
  };
}

const says = (reading: Reading) => () => checkOf(reading);
const answered = (result: StatusResult) => {
  if (result.kind !== "answered") throw new Error(`expected an answer, got ${result.kind}`);
  return result;
};

describe("hops", () => {
  test("at first sight there are three, one after another: an update, upstream, an update", async () => {
    const hops = recordOperations(client);
    await asking((count) => {
      hops.push("upstream");
      return checkOf(count === 1 ? succeeded : processing);
    })(requestFor(newIdentity()));
    expect(hops).toEqual(["UpdateItem", "upstream", "UpdateItem"]);
  });

  test("at first sight there are three with a chosen key, which is remembered together with the claim", async () => {
    const hops = recordOperations(client);
    await asking(() => {
      hops.push("upstream");
      return checkOf(succeeded);
    })(requestFor(newIdentity(), { key: { id: "k", payloadDigest: "p" } }));
    expect(hops).toEqual(["TransactWriteItems", "upstream", "UpdateItem"]);
  });

  test("for a pending refund that is free there are three as well", async () => {
    const identity = newIdentity();
    const ask = asking(() => {
      hops.push("upstream");
      return checkOf(processing);
    });
    const hops: string[] = [];
    await ask(requestFor(identity));
    now += minuteMs;
    hops.splice(0, hops.length);
    const operations = recordOperations(client);
    await ask(requestFor(identity));
    expect([operations, hops]).toEqual([["UpdateItem", "UpdateItem"], ["upstream"]]);
  });

  test("once final there is one, and upstream is not asked", async () => {
    const identity = newIdentity();
    await asking(says(succeeded))(requestFor(identity));
    const hops = recordOperations(client);
    now += hourMs;
    const result = answered(await asking(says(processing))(requestFor(identity)));
    expect(result).toMatchObject({ source: "record", refund: { state: "succeeded" }, answer: { reading: "settled" } });
    expect(hops).toEqual(["UpdateItem"]);
    expect(asked).toHaveLength(1);
  });

  test("answered moments ago there is one, though it is not final", async () => {
    const identity = newIdentity();
    await asking(says(processing))(requestFor(identity));
    const hops = recordOperations(client);
    expect(answered(await asking(says(succeeded))(requestFor(identity)))).toMatchObject({
      source: "record",
      answer: { reading: "processing" },
    });
    expect(hops).toEqual(["UpdateItem"]);
  });
});

describe("an answer that is not final", () => {
  test("is given again within ten seconds, whole, and asked for anew after them", async () => {
    const identity = newIdentity();
    const ask = asking(says(processing));
    const first = answered(await ask(requestFor(identity)));
    now += 10_000;
    const again = answered(await ask(requestFor(identity)));
    expect(again).toMatchObject({ source: "record", answer: first.answer });
    now += 1;
    expect(answered(await ask(requestFor(identity))).source).toBe("upstream");
    expect(asked).toHaveLength(2);
  });

  test("is never frozen under a key: the same key sees the refund settle", async () => {
    const request = requestFor(newIdentity(), { key: { id: "k", payloadDigest: "p" } });
    const ask = asking((count) => checkOf(count === 1 ? processing : succeeded));
    expect(answered(await ask(request))).toMatchObject({ refund: { state: "pending" }, replayed: false });
    now += minuteMs;
    const next = { ...request, endsAt: now + 28_000 };
    expect(answered(await ask(next))).toMatchObject({
      refund: { state: "succeeded" },
      replayed: false,
      source: "upstream",
    });
    expect(answered(await ask(next))).toMatchObject({
      refund: { state: "succeeded" },
      replayed: true,
      source: "record",
    });
  });

  test("after a check that got none, upstream is asked at once by the next request", async () => {
    const identity = newIdentity();
    const ask = asking((count) => checkOf(count === 1 ? timedOut : processing));
    expect(answered(await ask(requestFor(identity)))).toMatchObject({
      answer: undefined,
      refund: { reading: timedOut },
    });
    now += 1;
    expect(answered(await ask(requestFor(identity)))).toMatchObject({
      source: "upstream",
      refund: { reading: processing },
    });
  });
});

describe("a chosen key", () => {
  const chosen = (payloadDigest: string) => ({ id: "chosen", payloadDigest });

  test("used for another request is refused, whether or not that refund is on record", async () => {
    const [recorded, unknown] = [newIdentity(), newIdentity()];
    const ask = asking(says(succeeded));
    await ask(requestFor(recorded));
    await ask(requestFor(newIdentity(), { key: chosen("one") }));
    expect(await ask(requestFor(recorded, { key: chosen("two") }))).toEqual({ kind: "key_reused" });
    expect(await ask(requestFor(unknown, { key: chosen("two") }))).toEqual({ kind: "key_reused" });
    expect(await store.read(unknown)).toBeUndefined();
  });

  test("is remembered also where the record has answered", async () => {
    const identity = newIdentity();
    const ask = asking(says(succeeded));
    await ask(requestFor(identity));
    const first = answered(await ask(requestFor(identity, { key: chosen("one") })));
    expect(first).toMatchObject({ replayed: false, keyExpiresAt: now + 72 * hourMs });
    expect(answered(await ask(requestFor(identity, { key: chosen("one") })))).toMatchObject({ replayed: true });
    expect(await ask(requestFor(identity, { key: chosen("two") }))).toEqual({ kind: "key_reused" });
  });
});

describe("a concurrent check", () => {
  /** A first request that stays with upstream until it is let go. */
  async function held(identity: RefundIdentity) {
    let release = (_: Check) => {};
    let arrived = () => {};
    const atUpstream = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const first = asking(() => {
      arrived();
      return new Promise<Check>((resolve) => {
        release = resolve;
      });
    })(requestFor(identity));
    await atUpstream;
    return { first, release: (check: Check) => release(check) };
  }

  test.each([
    ["a final answer", succeeded],
    ["an answer that is not final", processing],
    ["no answer", timedOut],
  ])("is waited for, and its outcome shared: %s", async (_, reading) => {
    const identity = newIdentity();
    const { first, release } = await held(identity);
    const others = Array.from({ length: 20 }, () => asking(says(notFound))(requestFor(identity)));
    release(checkOf(reading));
    const results = await Promise.all([first, ...others]);
    expect(asked).toHaveLength(1);
    for (const result of results) expect(answered(result).refund.reading).toEqual(reading);
    expect(new Set(results.map((result) => JSON.stringify(answered(result).answer))).size).toBe(1);
  });

  test("gives nothing that belongs to another question: a request by another terminal asks by itself", async () => {
    const identity = newIdentity();
    const { first, release } = await held(identity);
    const question = { ...identity, tid: "99999999", srcReserve: undefined };
    const other = asking(says(succeeded))(requestFor(identity, { question, payloadDigest: "digest-2" }));
    release(checkOf(mismatch));
    expect(answered(await first).refund.reading).toEqual(mismatch);
    expect(answered(await other)).toMatchObject({ source: "upstream", refund: { state: "succeeded" } });
    expect(asked.map(({ tid }) => tid)).toEqual(["88880001", "99999999"]);
  });

  test("is never a claim of its own: one whose answer was lost is found by its owner, and the check is made", async () => {
    let claims = 0;
    const losing: RefundStore = {
      ...store,
      async claim(claim) {
        const result = await store.claim(claim);
        return ++claims === 1 ? { kind: "in_flight", refund: undefined, keyExpiresAt: undefined } : result;
      },
    };
    const result = await asking(says(processing), { store: losing })(requestFor(newIdentity()));
    expect(result).toMatchObject({ kind: "answered", source: "upstream" });
    expect({ claims, checks: asked.length }).toEqual({ claims: 2, checks: 1 });
  });

  test("that takes too long is told of, with when to come back", async () => {
    const identity = newIdentity();
    const { first, release } = await held(identity);
    const result = await asking(says(processing))(requestFor(identity));
    expect(result).toMatchObject({ kind: "in_flight", refund: { state: "pending" } });
    if (result.kind === "in_flight") expect(result.retryAfterMs).toBe(5_000);
    expect(now - start).toBeLessThanOrEqual(12_000);
    expect(now - start).toBeGreaterThan(11_000);
    release(checkOf(processing));
    await first;
  });

  test("that has died is succeeded as soon as its lease ends, and was due all the while", async () => {
    const identity = newIdentity();
    const dead = asking(() => Promise.reject(new Error("killed")));
    await expect(dead(requestFor(identity))).rejects.toThrow("killed");
    const left = await store.read(identity);
    expect(left).toMatchObject({ state: "pending", attempts: 0, dueAt: start + 54_000 });
    now = start + 28_000 - 3_000;
    const next = answered(await asking(says(succeeded))(requestFor(identity)));
    expect(next.refund.state).toBe("succeeded");
    expect(now).toBeLessThan(start + 30_000);
  });
});

describe("two who check one refund at once", () => {
  /** A recheck that writes its own check while the partner's request is at upstream. */
  async function meet(partners: Reading, rechecks: Reading): Promise<StatusResult> {
    const identity = newIdentity();
    return await asking(async () => {
      const before = await store.read(identity);
      if (before === undefined) throw new Error("not claimed");
      const after = recordCheck(before, checkOf(rechecks), contextAt(now));
      await store.settle({ before, after });
      return checkOf(partners);
    })(requestFor(identity));
  }

  test("the later writer's own answer is given, beside what is on record", async () => {
    expect(answered(await meet(processing, notFound))).toMatchObject({
      source: "upstream",
      answer: { reading: "processing" },
      refund: { reading: notFound },
    });
    expect(answered(await meet(processing, timedOut))).toMatchObject({ answer: { reading: "processing" } });
  });

  test("what the record has ended meanwhile is told from the record", async () => {
    expect(answered(await meet(processing, succeeded))).toMatchObject({
      source: "record",
      answer: { reading: "settled" },
      refund: { state: "succeeded" },
    });
    expect(answered(await meet(succeeded, failed))).toMatchObject({ source: "record", refund: { state: "failed" } });
  });

  test("proof that the refund is final is written whoever came first", async () => {
    const result = answered(await meet(succeeded, processing));
    expect(result).toMatchObject({ source: "upstream", refund: { state: "succeeded", attempts: 2 } });
    expect((await store.read(result.refund))?.state).toBe("succeeded");
  });
});

test("upstream has until the function's end less what writing needs, and 18 seconds at most", async () => {
  await asking(says(processing))(requestFor(newIdentity()));
  await asking(says(processing))(requestFor(newIdentity(), { endsAt: now + 9_000 }));
  expect(asked.map(({ deadline }) => deadline - start)).toEqual([18_000, 7_000]);
});

test("a lease never lasts longer than a minute, however much time the function has", async () => {
  const identity = newIdentity();
  await expect(
    asking(() => Promise.reject(new Error("killed")))(requestFor(identity, { endsAt: now + 900_000 })),
  ).rejects.toThrow();
  expect((await store.read(identity))?.lease?.until).toBe(start + 60_000);
});

test("the newest terminal is kept until upstream has confirmed one, and then that one", async () => {
  const identity = newIdentity();
  const ask = asking((count) => checkOf(count === 3 ? processing : mismatch));
  const terminalsAfter = async (tid: string) => {
    now += minuteMs;
    const question = { ...identity, tid, srcReserve: undefined };
    await ask({ ...requestFor(identity, { question, payloadDigest: tid }), endsAt: now + 28_000 });
    const refund = await store.read(identity);
    return refund && terminalsToTry(refund);
  };
  expect(await terminalsAfter("11111111")).toEqual(["11111111"]);
  expect(await terminalsAfter("22222222")).toEqual(["22222222", "11111111"]);
  expect((await terminalsAfter("33333333"))?.[0]).toBe("33333333");
  const [best, ...others] = (await terminalsAfter("44444444")) ?? [];
  expect(best).toBe("33333333");
  expect(others[0]).toBe("44444444");
  expect(others.toSorted()).toEqual(["11111111", "22222222", "44444444"]);
});

test("an objection to one partner's request is not given to another who asks otherwise a moment later", async () => {
  const identity = newIdentity();
  const objection = { ...checkOf(badRequest), answer: { errCode: "BAD_REQUEST" } };
  const ask = asking((count) => (count === 1 ? objection : checkOf(processing)));
  expect(answered(await ask(requestFor(identity))).answer).toEqual({ errCode: "BAD_REQUEST" });
  now += 1_000;
  expect(answered(await ask(requestFor(identity)))).toMatchObject({
    source: "record",
    answer: { errCode: "BAD_REQUEST" },
  });
  const other = requestFor(identity, { payloadDigest: "digest-2", partnerId: "south-shop" });
  expect(answered(await ask(other))).toMatchObject({ source: "upstream", answer: { reading: "processing" } });
});

describe("a record in trouble after upstream has answered", () => {
  test("is tried again in the time that is left, so that the answer is not lost", async () => {
    const identity = newIdentity();
    let broken = 4;
    const settle: RefundStore["settle"] = async (write) => {
      if (broken-- > 0) throw new UnavailableError("RECORD_UNAVAILABLE");
      return await store.settle(write);
    };
    const result = answered(await asking(says(succeeded), { store: { ...store, settle } })(requestFor(identity)));
    expect(result).toMatchObject({ source: "upstream", refund: { state: "succeeded" } });
    expect((await store.read(identity))?.state).toBe("succeeded");
  });

  test("is given up in time for an answer to the partner, and the refund is still due", async () => {
    const identity = newIdentity();
    const settle = () => Promise.reject(new UnavailableError("RECORD_UNAVAILABLE"));
    const asks = asking(says(succeeded), { store: { ...store, settle } })(requestFor(identity));
    await expect(asks).rejects.toMatchObject({ code: "RECORD_UNAVAILABLE" });
    expect(now).toBeLessThan(start + 28_000);
    expect(now).toBeGreaterThan(start + 20_000);
    expect(await store.read(identity)).toMatchObject({ state: "pending", dueAt: expect.any(Number) });
  });

  test("is not tried again where the trouble is of another kind", async () => {
    let tries = 0;
    const settle = () => Promise.reject(new UnavailableError(tries++ ? "RECORD_UNAVAILABLE" : "RECORD_UNREADABLE"));
    const asks = asking(says(succeeded), { store: { ...store, settle } })(requestFor(newIdentity()));
    await expect(asks).rejects.toMatchObject({ code: "RECORD_UNREADABLE" });
  });
});

test("what is refused for reasons of ours counts no attempt", async () => {
  const result = answered(await asking(says(refused))(requestFor(newIdentity())));
  expect(result.refund).toMatchObject({ attempts: 0, state: "pending", dueAt: start + 27 * minuteMs });
});

test("a refund that is being checked is not due before its lease ends, however short the first step is", async () => {
  const identity = newIdentity();
  let dueAt: number | undefined;
  const answer = async () => {
    dueAt = (await store.read(identity))?.dueAt;
    return checkOf(processing);
  };
  await asking(answer, { ladders: { ...defaultLadders, open: [10_000] } })(requestFor(identity));
  expect(dueAt).toBe(start + 28_000);
});
