import { describe, expect, test } from "vitest";
import { createSharedToken, type FetchedToken } from "../../../shared/chinaums/auth/shared-token.ts";
import type { TokenRecord, TokenStore } from "../../../shared/chinaums/auth/token-record.ts";

// To the millisecond, in one process. test/aws/shared-token.test.ts has many instances over a real table.

const start = 1_700_000_000_000;
const hourMs = 3_600_000;
const pair = { appId: "app", appKey: "key" };
const gateway = { kind: "none", reading: { kind: "unclear", cause: "gateway" }, code: "TOKEN_9999" } as const;
const timedOut = { kind: "none", reading: { kind: "unclear", cause: "timeout" }, code: "NO_TOKEN" };

/** One instance over a record in memory, whose clock goes on by its waits alone. */
function instance(options: { record?: TokenRecord; fetched?: () => FetchedToken | Promise<FetchedToken> } = {}) {
  let now = start;
  const records = new Map<string, TokenRecord | undefined>([[pair.appId, options.record]]);
  let tokens = 0;
  const written: { before: number | undefined; after: TokenRecord }[] = [];
  const deadlines: number[] = [];
  const waits: number[] = [];
  let reads = 0;
  let isBroken = false;
  const store: TokenStore = {
    read: async (appId) => {
      reads++;
      if (isBroken) throw new Error("no table");
      return records.get(appId);
    },
    replace: async (appId, before, after) => {
      if (isBroken) throw new Error("no table");
      if (before !== records.get(appId)?.version) return false;
      written.push({ before, after });
      records.set(appId, after);
      return true;
    },
  };
  const issued = (): FetchedToken => ({
    kind: "issued",
    value: `token-${++tokens}`,
    issuedAt: now,
    expiresAt: now + hourMs,
  });
  const shared = createSharedToken({
    store,
    fetchToken: async (_, deadline) => {
      deadlines.push(deadline);
      return await (options.fetched ?? issued)();
    },
    now: () => now,
    random: () => 1,
    sleep: async (ms) => {
      waits.push(ms);
      now += ms;
    },
    newOwner: () => "me",
  });
  return {
    shared,
    written,
    deadlines,
    waits,
    reads: () => reads,
    record: () => records.get(pair.appId),
    setRecord: (next: TokenRecord) => {
      records.set(pair.appId, next);
    },
    breakStore: () => {
      isBroken = true;
    },
    at: (ms: number) => {
      now = start + ms;
    },
    get: (withinMs = 18_000) => shared.get(pair, now + withinMs),
    insteadOf: (rejected: string) => shared.insteadOf(rejected, pair, now + 18_000),
  };
}

const tokenIn = (version: number, value: string, issuedAt = start): TokenRecord => ({
  version,
  token: { value, issuedAt, expiresAt: issuedAt + hourMs, replaceableAt: issuedAt },
  lease: undefined,
  failure: undefined,
});
const leased = (record: TokenRecord, untilMs: number): TokenRecord => ({
  ...record,
  lease: { owner: "other", until: start + untilMs },
});

describe("a new token", () => {
  test("is got under a lease of 8 s, within 6 s, and written with its life", async () => {
    const { get, written, deadlines } = instance();
    expect(await get()).toEqual({ kind: "token", value: "token-1" });
    const lease = { owner: "me", until: start + 8_000 };
    expect(written).toEqual([
      { before: undefined, after: { version: 1, lease, token: undefined, failure: undefined } },
      { before: 1, after: tokenIn(2, "token-1") },
    ]);
    expect(deadlines).toEqual([start + 6_000]);
  });

  test("is kept by whoever got it, and by nobody where it could not be written", async () => {
    const { get, reads } = instance();
    await get();
    expect([await get(), reads()]).toEqual([{ kind: "token", value: "token-1" }, 1]);

    const broken = instance({
      fetched: () => {
        broken.breakStore();
        return { kind: "issued", value: "token-1", issuedAt: start, expiresAt: start + hourMs };
      },
    });
    expect(await broken.get()).toEqual({ kind: "token", value: "token-1" });
    expect(await broken.get()).toEqual({
      kind: "none",
      reading: { kind: "blocked", by: "credentials" },
      code: "NO_TOKEN",
    });
  });

  test("is another one for another AppId, at the same time", async () => {
    const { shared, get } = instance();
    const other = shared.get({ appId: "other", appKey: "key" }, start + 18_000);
    expect(await Promise.all([get(), other])).toEqual([
      { kind: "token", value: "token-2" },
      { kind: "token", value: "token-1" },
    ]);
  });

  test("is got by the call's own deadline where that comes sooner", async () => {
    const { get, deadlines } = instance();
    await get(2_000);
    expect(deadlines).toEqual([start + 2_000]);
  });

  test("in place of a rejected one is not replaced for 5 s, and keeps what was on record under its lease", async () => {
    const before = tokenIn(7, "old");
    const { insteadOf, written } = instance({ record: before });
    expect(await insteadOf("old")).toEqual({ kind: "token", value: "token-1" });
    expect(written.map(({ after }) => [after.version, after.token?.value])).toEqual([
      [8, "old"],
      [9, "token-1"],
    ]);
    expect(written[1]?.after.token?.replaceableAt).toBe(start + 5_000);
  });

  test("that cannot be had leaves the old one, and the reason for all", async () => {
    const before = tokenIn(7, "old");
    const { insteadOf, record } = instance({ record: before, fetched: () => gateway });
    expect(await insteadOf("old")).toEqual(gateway);
    const failure = { at: start, reading: gateway.reading, code: "TOKEN_9999" };
    expect(record()).toEqual({ ...before, version: 9, failure });
  });
});

describe("while another instance gets one", () => {
  test("the record is read after waits that double to 640 ms, up to the deadline", async () => {
    const none = { version: 1, token: undefined, lease: undefined, failure: undefined };
    const steps = [40, 80, 160, 320, 640, 640].map((ms) => ms * 0.95);
    const waited = steps.reduce((sum, ms) => sum + ms);
    const { get, waits, deadlines } = instance({ record: leased(none, hourMs) });
    expect(await get(waited + 640)).toEqual(timedOut);
    expect(waits).toEqual(steps);
    const longer = instance({ record: leased(none, hourMs) });
    expect(await longer.get(waited + 641)).toEqual(timedOut);
    expect(longer.waits).toEqual([...steps, 608]);
    expect(deadlines).toEqual([]);
  });

  test("its lease is taken over as soon as it ends", async () => {
    const none = { version: 4, token: undefined, lease: undefined, failure: undefined };
    const { get, written, waits } = instance({ record: leased(none, 38) });
    expect(await get()).toEqual({ kind: "token", value: "token-1" });
    expect(waits).toEqual([38]);
    expect(written[0]).toMatchObject({ before: 4, after: { version: 5, lease: { until: start + 8_038 } } });
  });

  test("a call of the same instance joins, and leaves by its own deadline", async () => {
    let issue = (_: FetchedToken) => {};
    const fetched = () =>
      new Promise<FetchedToken>((resolve) => {
        issue = resolve;
      });
    const { shared, deadlines, waits } = instance({ fetched });
    const first = shared.get(pair, start + 18_000);
    const patient = shared.get(pair, start + 18_000);
    expect(await shared.get(pair, start + 1_000)).toEqual(timedOut);
    expect(waits).toEqual([1_000]);
    issue({ kind: "issued", value: "token-1", issuedAt: start, expiresAt: start + hourMs });
    expect(await Promise.all([first, patient])).toEqual(Array(2).fill({ kind: "token", value: "token-1" }));
    expect(deadlines).toHaveLength(1);
  });
});

describe("a token in its last five minutes", () => {
  const refreshAtMs = hourMs - 5 * 60_000;

  test("is refreshed behind the call, by a record that is read every 5 s at most", async () => {
    const { get, at, reads, deadlines } = instance({ record: tokenIn(1, "old"), fetched: () => gateway });
    expect([await get(), reads()]).toEqual([{ kind: "token", value: "old" }, 1]);
    const readsAt = async (ms: number) => {
      at(ms);
      expect(await get()).toEqual({ kind: "token", value: "old" });
      await new Promise((resolve) => setImmediate(resolve));
      return reads();
    };
    expect(await readsAt(refreshAtMs - 1)).toBe(1);
    expect(await readsAt(refreshAtMs)).toBe(2);
    expect(await readsAt(refreshAtMs + 4_999)).toBe(2);
    expect(await readsAt(refreshAtMs + 5_000)).toBe(3);
    expect(deadlines).toEqual([start + refreshAtMs + 6_000, start + refreshAtMs + 11_000]);
  });

  test("gives way to a newer one on record, and is not refreshed under another's lease or just after a failure", async () => {
    const { get, at, setRecord, deadlines } = instance({ record: tokenIn(1, "old") });
    await get();
    at(refreshAtMs);
    setRecord(leased(tokenIn(2, "old"), refreshAtMs + 1));
    await get();
    at(refreshAtMs + 5_000);
    const failure = { at: start + refreshAtMs + 4_000, reading: gateway.reading, code: "TOKEN_9999" };
    setRecord({ ...tokenIn(3, "old"), failure });
    await get();
    at(refreshAtMs + 10_000);
    setRecord(tokenIn(4, "newer", start + refreshAtMs));
    expect(await get()).toEqual({ kind: "token", value: "old" });
    await expect.poll(() => get()).toEqual({ kind: "token", value: "newer" });
    expect(deadlines).toEqual([]);
  });
});
