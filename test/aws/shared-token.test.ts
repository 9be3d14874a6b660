import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../sandbox/simulator/start-simulator.ts";
import { createDynamoTokenStore } from "../../shared/aws/dynamo-token-store.ts";
import type { TokenResult } from "../../shared/chinaums/auth/shared-token.ts";
import type { TokenRecord, TokenStore } from "../../shared/chinaums/auth/token-record.ts";
import { createPost } from "../../shared/chinaums/transport/post.ts";
import { controlTokens, revokeTokens, tokenCallsOf } from "../support/simulator-control.ts";
import { loseNextAnswer, newTable, recordOperations } from "../support/tables.ts";
import { newTokenSource } from "../support/token-sources.ts";

const minuteMs = 60_000;
const start = Date.UTC(2026, 2, 1);
let now = start;
let simulator: Simulator;
let table: Awaited<ReturnType<typeof newTable>>;
beforeAll(async () => {
  simulator = await startSimulator({ credentials: { appId: "app", appKeys: ["key"] }, now: () => now });
  table = await newTable();
});
afterAll(() => simulator.close());

let appId: string;
let apps = 0;
beforeEach(async () => {
  now = start;
  // Another AppId is another item, and other tokens at the platform.
  appId = `app-${++apps}`;
  simulator.setCredentials({ appId, appKeys: ["key"] });
  await fetch(`${simulator.url}/_control`, { method: "DELETE" });
});

let nonces = 0;
function newSource(more: { random?: () => number; store?: (store: TokenStore) => TokenStore } = {}) {
  const pair = { appId, appKey: "key" };
  const post = createPost({ baseUrl: simulator.url, maxSockets: 5, now: () => now });
  const source = newTokenSource({ table, post, pair, now: () => now, newNonce: () => `nonce-${++nonces}`, ...more });
  return {
    get: () => source.get(pair, now + 18_000),
    insteadOf: (rejected: string) => source.insteadOf(rejected, pair, now + 18_000),
  };
}
const tokenOf = (result: TokenResult) => (result.kind === "token" ? result.value : JSON.stringify(result));
const tokenKey = () => ({ pk: { S: `TOKEN#${appId}` }, sk: { S: "TOKEN" } });
const tokenCalls = async () => (await tokenCallsOf(simulator.url)).length;
/** Waits for a state, however long the machine takes. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 40_000 });
/** Who is getting a new token right now. */
async function leaseOwner() {
  const { Item } = await table.client.send(
    new GetItemCommand({ TableName: table.table, Key: tokenKey(), ConsistentRead: true }),
  );
  return Item?.leaseOwner?.S;
}
const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

describe("a cold start", () => {
  test("of 200 instances at once makes one token call, and all call with that token", async () => {
    const results = await Promise.all(many(200, () => newSource().get()));
    expect(new Set(results.map(tokenOf)).size).toBe(1);
    expect(results[0]).toMatchObject({ kind: "token", value: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(await tokenCalls()).toBe(1);
  });

  test("after that takes the token from the table: one read, and none from then on", async () => {
    await newSource().get();
    const source = newSource();
    const operations = recordOperations(table.client);
    for (let i = 0; i < 3; i++) await source.get();
    expect(operations).toEqual(["GetItem"]);
    expect(await tokenCalls()).toBe(1);
  });

  test("of many calls in one instance is one read and one token call", async () => {
    const source = newSource();
    const operations = recordOperations(table.client);
    expect(new Set((await Promise.all(many(50, () => source.get()))).map(tokenOf)).size).toBe(1);
    expect(operations).toEqual(["GetItem", "PutItem", "PutItem"]);
    expect(await tokenCalls()).toBe(1);
  });

  test("while the platform is down makes one round of calls, and tells all the same reason", async () => {
    await controlTokens(simulator.url, { answers: [{ errCode: "9999" }] });
    const results = await Promise.all(many(50, () => newSource().get()));
    const reason = { kind: "none", reading: { kind: "unclear", cause: "gateway" }, code: "TOKEN_9999" };
    expect(results).toEqual(results.map(() => reason));
    expect(await tokenCalls()).toBe(1);
    await controlTokens(simulator.url, {});
    expect(await newSource().get()).toEqual(reason);
    now += 2_000;
    expect(await newSource().get()).toMatchObject({ kind: "token" });
  });

  test("does not wait for ever for an instance that died while it was at it", async () => {
    const dead = newSource({
      store: (store) => ({
        ...store,
        // Takes the lease, and is never heard of again.
        replace: async (app, before, after) => {
          await store.replace(app, before, after);
          throw new Error("killed");
        },
      }),
    });
    expect(await dead.get()).toMatchObject({ kind: "none", reading: { kind: "blocked", by: "credentials" } });
    const { Item } = await table.client.send(new GetItemCommand({ TableName: table.table, Key: tokenKey() }));
    expect(Item).toMatchObject({
      leaseOwner: { S: expect.stringMatching(/./) },
      leaseUntil: { N: String(now + 8_000) },
    });
    const operations = recordOperations(table.client);
    const waiting = newSource().get();
    await eventually(() => operations.length).toBeGreaterThan(3);
    expect(new Set(operations)).toEqual(new Set(["GetItem"]));
    now += 8_000;
    expect(await waiting).toMatchObject({ kind: "token" });
    expect(await tokenCalls()).toBe(1);
  });
});

describe("a write whose answer is lost, so that the SDK sends it again", () => {
  test("of the lease is known for our own: nobody waits for the lease to end", { timeout: 15_000 }, async () => {
    const source = newSource();
    loseNextAnswer(table.client, "PutItem");
    const operations = recordOperations(table.client);
    expect(await source.get()).toMatchObject({ kind: "token" });
    expect(operations).toEqual(["GetItem", "PutItem", "PutItem"]);
    expect(await tokenCalls()).toBe(1);
  });

  test("of the token is known for our own: the token is kept", async () => {
    let writes = 0;
    const source = newSource({
      store: (store) => ({
        ...store,
        replace: async (...args) => {
          if (++writes === 2) loseNextAnswer(table.client, "PutItem");
          return await store.replace(...args);
        },
      }),
    });
    const token = tokenOf(await source.get());
    const operations = recordOperations(table.client);
    expect(tokenOf(await source.get())).toBe(token);
    expect(operations).toEqual([]);
  });

  test("is not taken for our own where another instance has written", async () => {
    const store = createDynamoTokenStore({ ...table, sleep: async () => undefined, random: () => 0 });
    const leasedBy = (owner: string, version: number): TokenRecord => ({
      version,
      lease: { owner, until: start + 8_000 },
      token: undefined,
      failure: undefined,
    });
    expect(await store.replace(appId, undefined, leasedBy("one", 1))).toBe(true);
    expect(await store.replace(appId, undefined, leasedBy("other", 1))).toBe(false);
    expect(await store.replace(appId, 1, leasedBy("one", 2))).toBe(true);
    expect(await store.replace(appId, 1, leasedBy("other", 2))).toBe(false);
    expect(await store.read(appId)).toEqual(leasedBy("one", 2));
  });
});

describe("before a token ends", () => {
  const fiveMinutesBefore = start + 55 * minuteMs;

  test("one of many gets a new one, and the others go on with the old one", async () => {
    const sources = many(20, () => newSource({ random: () => 1 }));
    const [old] = (await Promise.all(sources.map(({ get }) => get()))).map(tokenOf);
    now = fiveMinutesBefore - 1;
    expect(new Set((await Promise.all(sources.map(({ get }) => get()))).map(tokenOf))).toEqual(new Set([old]));
    expect(await tokenCalls()).toBe(1);

    now = fiveMinutesBefore;
    expect(new Set((await Promise.all(sources.map(({ get }) => get()))).map(tokenOf))).toEqual(new Set([old]));
    await eventually(tokenCalls).toBe(2);
    await eventually(async () => {
      now += 5_000;
      return new Set((await Promise.all(sources.map(({ get }) => get()))).map(tokenOf));
    }).not.toContain(old);
    expect(new Set((await Promise.all(sources.map(({ get }) => get()))).map(tokenOf)).size).toBe(1);
    expect(await tokenCalls()).toBe(2);
  });

  test("each instance checks a time of its own, the last with half the margin left", async () => {
    const [early, late] = [newSource({ random: () => 1 }), newSource({ random: () => 0 })];
    const old = tokenOf(await early.get());
    await late.get();
    now = fiveMinutesBefore + 1;
    await late.get();
    expect(await tokenCalls()).toBe(1);
    await early.get();
    await eventually(async () => tokenOf(await early.get())).not.toBe(old);
    now = fiveMinutesBefore + 2.5 * minuteMs;
    expect(tokenOf(await late.get())).toBe(old);
    await eventually(async () => tokenOf(await late.get())).not.toBe(old);
    expect(await tokenCalls()).toBe(2);
  });

  test("a platform that is down takes nothing away until the token has ended", async () => {
    const source = newSource({ random: () => 1 });
    const old = tokenOf(await source.get());
    await controlTokens(simulator.url, { answers: [{ reset: true }] });
    for (now = fiveMinutesBefore; now < start + 60 * minuteMs - 15_000; now += minuteMs) {
      expect(tokenOf(await source.get())).toBe(old);
    }
    await eventually(tokenCalls).toBeGreaterThan(1);
    now = start + 60 * minuteMs - 15_000;
    await eventually(async () => {
      now += 1_000;
      return await source.get();
    }).toMatchObject({ kind: "none", reading: { kind: "unclear", cause: "unreachable" } });
  });

  test("whoever is to look for a newer one checks once in a while, not once a call", async () => {
    const source = newSource({ random: () => 1 });
    await source.get();
    await controlTokens(simulator.url, { answers: [{ errCode: "9999" }] });
    now = fiveMinutesBefore;
    const operations = recordOperations(table.client);
    const reads = () => operations.filter((operation) => operation === "GetItem").length;
    for (let i = 0; i < 20; i++) await source.get();
    await eventually(tokenCalls).toBe(2);
    expect(reads()).toBe(1);
    await eventually(leaseOwner).toBeUndefined();
    now += 5_000;
    const before = reads();
    for (let i = 0; i < 20; i++) await source.get();
    await eventually(tokenCalls).toBe(3);
    expect(reads() - before).toBe(1);
  });

  test("of a life of seconds it is refreshed in its last quarter", async () => {
    await controlTokens(simulator.url, { expiresIn: 8 });
    const source = newSource({ random: () => 1 });
    const old = tokenOf(await source.get());
    now += 5_999;
    await source.get();
    expect(await tokenCalls()).toBe(1);
    now += 1;
    await source.get();
    await eventually(async () => tokenOf(await source.get())).not.toBe(old);
  });
});

describe("a token that upstream rejects", () => {
  test("is replaced once, however many calls of however many instances had it rejected", async () => {
    const sources = many(30, () => newSource());
    const [old = ""] = (await Promise.all(sources.map(({ get }) => get()))).map(tokenOf);
    await revokeTokens(simulator.url);
    const replaced = await Promise.all(
      sources.flatMap((source) => [source.insteadOf(old), source.insteadOf(old), source.insteadOf(old)]),
    );
    expect(new Set(replaced.map(tokenOf)).size).toBe(1);
    expect(replaced.map(tokenOf)).not.toContain(old);
    expect(await tokenCalls()).toBe(2);
  });

  test("that somebody has replaced already costs no token call, even long after", async () => {
    const [first, second] = [newSource(), newSource()];
    const old = tokenOf(await first.get());
    await second.get();
    await revokeTokens(simulator.url);
    const newer = tokenOf(await first.insteadOf(old));
    now += minuteMs;
    expect(tokenOf(await second.insteadOf(old))).toBe(newer);
    expect(tokenOf(await first.insteadOf(old))).toBe(newer);
    expect(await tokenCalls()).toBe(2);
  });

  test("later than another of the same instance is not answered by what the other gets", async () => {
    const other = newSource();
    const old = tokenOf(await other.get());
    const newer = tokenOf(await other.insteadOf(old));
    now += minuteMs;
    const source = newSource();
    const [first, second] = await Promise.all([source.insteadOf(old), source.insteadOf(newer)]);
    expect(tokenOf(first)).toBe(newer);
    expect(second).toMatchObject({ kind: "token", value: expect.not.stringMatching(newer) });
  });

  test("as soon as it took the place of another rejected one is not replaced: no storm", async () => {
    const source = newSource();
    const second = tokenOf(await source.insteadOf(tokenOf(await source.get())));
    const rejected = { kind: "none", reading: { kind: "blocked", by: "credentials" }, code: "TOKEN_REJECTED" };
    for (let i = 0; i < 20; i++) expect(await source.insteadOf(second)).toEqual(rejected);
    expect(await newSource().insteadOf(second)).toEqual(rejected);
    expect(await tokenCalls()).toBe(2);
    now += 5_000;
    expect(await source.insteadOf(second)).toMatchObject({ kind: "token" });
    expect(await tokenCalls()).toBe(3);
  });
});

describe("what is not known", () => {
  const broken = async () => {
    throw new Error("no table");
  };

  test("of the record is not made up for by a token of one's own", async () => {
    const source = newSource({ store: () => ({ read: broken, replace: broken }) });
    expect(await source.get()).toEqual({
      kind: "none",
      reading: { kind: "blocked", by: "credentials" },
      code: "NO_TOKEN",
    });
    expect(await tokenCalls()).toBe(0);
  });

  test("to the others, since it could not be written down, serves for one call alone", async () => {
    let writes = 0;
    const forgetful = newSource({
      store: (store) => ({
        ...store,
        replace: async (...args) => (++writes === 2 ? broken() : await store.replace(...args)),
      }),
    });
    const once = tokenOf(await forgetful.get());
    now += 8_000;
    const lasting = tokenOf(await newSource().get());
    expect(lasting).not.toBe(once);
    expect(tokenOf(await forgetful.get())).toBe(lasting);
    expect(await tokenCalls()).toBe(2);
  });
});

test("an instance whose secret names another AppId calls with that one's token", async () => {
  const source = newTokenSource({
    table,
    post: createPost({ baseUrl: simulator.url, maxSockets: 5, now: () => now }),
    pair: { appId, appKey: "key" },
    now: () => now,
    newNonce: () => `nonce-${++nonces}`,
  });
  const first = tokenOf(await source.get({ appId, appKey: "key" }, now + 18_000));
  simulator.setCredentials({ appId: "another", appKeys: ["key"] });
  const second = tokenOf(await source.get({ appId: "another", appKey: "key" }, now + 18_000));
  expect(second).not.toBe(first);
  expect(await tokenCalls()).toBe(2);
});

test("the item ends by itself an hour after the token, and holds no key", async () => {
  const value = tokenOf(await newSource().get());
  const Key = tokenKey();
  const { Item } = await table.client.send(new GetItemCommand({ TableName: table.table, Key }));
  expect(Item).toEqual({
    ...Key,
    version: { N: "2" },
    token: { S: value },
    issuedAt: { N: String(start) },
    replaceableAt: { N: String(start) },
    expiresAt: { N: String(start + 60 * minuteMs) },
    ttl: { N: String((start + 120 * minuteMs) / 1000) },
  });
});
