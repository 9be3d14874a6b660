import { expect, test } from "vitest";
import { createSignerCache } from "../../shared/aws/signer-cache.ts";

function cacheOf(maxStrangers: number) {
  const created: string[] = [];
  const create = (appId: string) => ({ appId, number: created.push(appId) });
  return { cache: createSignerCache({ create, maxStrangers }), created };
}

test("an entry is made once, and given again", () => {
  const { cache, created } = cacheOf(2);
  expect(cache.get("a")).toBe(cache.get("a"));
  expect(created).toEqual(["a"]);
});

test("of strangers the one not asked about for longest goes, once there are more than may be", () => {
  const { cache, created } = cacheOf(2);
  for (const appId of ["a", "b", "a", "c", "a", "b"]) cache.get(appId);
  expect(created).toEqual(["a", "b", "c", "b"]);
});

test("who has signed is kept, as the same entry, and takes no stranger's place", () => {
  const { cache, created } = cacheOf(2);
  const entry = cache.get("a");
  expect(cache.isKept("a")).toBe(false);
  cache.keep("a");
  cache.keep("a");
  expect(cache.isKept("a")).toBe(true);
  for (const appId of ["b", "c", "b", "c"]) cache.get(appId);
  expect(created).toEqual(["a", "b", "c"]);
  cache.get("d");
  expect(cache.get("a")).toBe(entry);
});

test("who has signed and was forgotten is made anew and kept", () => {
  const { cache, created } = cacheOf(1);
  cache.keep("a");
  cache.get("b");
  cache.get("c");
  expect(cache.isKept("a")).toBe(true);
  cache.get("a");
  expect(created).toEqual(["a", "b", "c"]);
});
