import { expect, test } from "vitest";
import { createCachedSecret } from "../../shared/aws/cached-secret.ts";

/** A secret that gives 1, 2, 3 … load after load, or fails while it is told to. */
function cached() {
  let [now, loads, failing] = [0, 0, false];
  const load = async () => {
    loads++;
    if (failing) throw new Error(`load ${loads} failed`);
    return loads;
  };
  const secret = createCachedSecret({ load, freshness: { staleMs: 100_000, expiredMs: 300_000 }, now: () => now });
  return {
    secret,
    loads: () => loads,
    at: (ms: number) => {
      now = ms;
    },
    fail: (fails: boolean) => {
      failing = fails;
    },
  };
}

test("a value is loaded once for all who want it, and serves while it is fresh", async () => {
  const { secret, loads, at } = cached();
  expect(secret.kept()).toBeUndefined();
  expect(await Promise.all([secret.get(), secret.get(), secret.reload()])).toEqual([1, 1, 1]);
  at(99_999);
  expect(await secret.get()).toBe(1);
  expect([loads(), secret.kept()]).toEqual([1, 1]);
});

test("a stale one is given, and refreshed behind; an expired one is loaded first", async () => {
  const { secret, loads, at } = cached();
  await secret.get();
  at(100_000);
  expect(await secret.get()).toBe(1);
  expect(loads()).toBe(2);
  await expect.poll(() => secret.kept()).toBe(2);
  at(399_999);
  expect(await secret.get()).toBe(2);
  await expect.poll(() => secret.kept()).toBe(3);
  at(699_999);
  expect(await secret.get()).toBe(4);
});

test("a load that fails is not kept, and an old value serves instead, at once for 5 s after it", async () => {
  const { secret, loads, at, fail } = cached();
  fail(true);
  await expect(secret.get()).rejects.toThrow("load 1 failed");
  fail(false);
  at(1);
  expect(await secret.get()).toBe(2);
  fail(true);
  at(400_000);
  expect(await secret.get()).toBe(2);
  expect(loads()).toBe(3);
  at(404_999);
  expect(await secret.get()).toBe(2);
  expect(loads()).toBe(3);
  at(405_000);
  expect(await secret.get()).toBe(2);
  expect(loads()).toBe(4);
  fail(false);
  at(410_000);
  expect(await secret.get()).toBe(5);
});

test("a reload is made anew each time, and says where it fails", async () => {
  const { secret, fail } = cached();
  expect([await secret.reload(), await secret.reload()]).toEqual([1, 2]);
  fail(true);
  await expect(secret.reload()).rejects.toThrow("load 3 failed");
  expect(secret.kept()).toBe(2);
});

test("a load that began before a long freeze gives what was true then, and not what is true now", async () => {
  let [now, stored] = [0, "before"];
  const held: (() => void)[] = [];
  const load = () => {
    const read = stored;
    return new Promise<string>((answer) => held.push(() => answer(read)));
  };
  const thaw = () => {
    for (const answer of held.splice(0)) answer();
  };
  const secret = createCachedSecret({ load, freshness: { staleMs: 100_000, expiredMs: 300_000 }, now: () => now });
  const first = secret.get();
  thaw();
  await first;
  now = 100_000;
  expect(await secret.get()).toBe("before");

  stored = "after";
  now = 2_400_000;
  const [frozen] = held.splice(0);
  const asked = secret.get();
  frozen?.();
  thaw();
  expect(await asked).toBe("after");
  expect(secret.kept()).toBe("after");
});

test("a value is as old as the question for it, so one that a freeze held up is loaded anew", async () => {
  let [now, loads] = [0, 0];
  let answer: (value: number) => void = () => {};
  const load = () => {
    loads++;
    return new Promise<number>((resolve) => {
      answer = resolve;
    });
  };
  const secret = createCachedSecret({ load, freshness: { staleMs: 100_000, expiredMs: 300_000 }, now: () => now });
  const first = secret.get();
  now = 2_400_000;
  answer(1);
  expect(await first).toBe(1);
  const second = secret.get();
  answer(2);
  expect([await second, loads]).toEqual([2, 2]);
});
