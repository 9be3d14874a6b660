import { expect, test } from "vitest";
import { readAhead } from "../../functions/refund-recheck/read-ahead.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Counts to `end`, and tells how far it has been read. */
function counting(end: number) {
  const state = { read: 0 };
  async function* source(): AsyncGenerator<number, undefined, void> {
    for (let i = 1; i <= end; i++) {
      await turn();
      state.read = i;
      yield i;
    }
  }
  return { state, source: source() };
}

test("every item is given once, in order, to any number of takers, and then the end to all", async () => {
  const items = readAhead(counting(100).source, 10);
  const taken: number[] = [];
  const take = async () => {
    for (let item = await items.take(); item !== undefined; item = await items.take()) taken.push(item);
  };
  await Promise.all([take(), take(), take()]);
  expect(taken).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  expect(await items.take()).toBeUndefined();
});

test("as many as wanted are at hand before anybody takes, and no more", async () => {
  const { state, source } = counting(100);
  const items = readAhead(source, 10);
  for (let i = 0; i < 50; i++) await turn();
  expect(state.read).toBe(10);
  expect(await items.take()).toBe(1);
  for (let i = 0; i < 5; i++) await turn();
  expect(state.read).toBe(11);
  await items.close();
});

test("a source that fails gives what it had, and then its failure to everybody", async () => {
  async function* failing(): AsyncGenerator<number, undefined, void> {
    yield 1;
    throw new Error("no more pages");
  }
  const items = readAhead(failing(), 10);
  expect(await items.take()).toBe(1);
  const waiting = Promise.allSettled([items.take(), items.take()]);
  expect((await waiting).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await expect(items.take()).rejects.toThrow("no more pages");
});

test("once closed nothing more is read, and what was being read has come", async () => {
  const { state, source } = counting(100);
  const items = readAhead(source, 5);
  for (let i = 0; i < 20; i++) await turn();
  await items.close();
  const { read } = state;
  for (let i = 0; i < 20; i++) await turn();
  expect(state.read).toBe(read);
});
