import { beforeAll, expect, test } from "vitest";
import { createDynamoEventStore } from "../../shared/aws/dynamo-event-store.ts";
import type { RefundIdentity } from "../../shared/refund/refund.ts";
import { useConsole } from "../support/console.ts";
import { hourMs, minuteMs, newIdentity } from "../support/refunds.ts";
import { recordOperations, storeOptions } from "../support/tables.ts";
import { untoldRefund } from "../support/told-refunds.ts";

const console = useConsole();
const now = Date.now();
const begin = now - 48 * hourMs;
const numbers: string[] = [];

const list = (refunds: readonly RefundIdentity[], at: number) =>
  createDynamoEventStore(storeOptions(console.table())).appendPage(
    "north-shop",
    refunds.map((refund) => ({ refund, sequence: 2 })),
    at,
  );

async function end(count: number, at: number): Promise<void> {
  const refunds = await Promise.all(Array.from({ length: count }, () => console.put(untoldRefund())));
  await list(refunds, at);
  numbers.push(...refunds.map(({ merOrderId }) => merOrderId));
}

const numbersIn = (text: string) =>
  [...text.matchAll(/<th scope="row"><a href="[^"]+\/([^"/]+)"/g)].map(([, one]) => one);

/** The refunds of all pages of a list, page by page. */
async function pagesOf(path: string): Promise<(string | undefined)[][]> {
  const pages: (string | undefined)[][] = [];
  for (let next: string | undefined = path; next !== undefined && pages.length < 20; ) {
    const { text }: { text: string } = await console.get(next);
    pages.push(numbersIn(text));
    next = /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll("&amp;", "&");
  }
  return pages;
}

beforeAll(async () => {
  for (let page = 0; page < 6; page++) await end(30, begin + page * minuteMs);
});

test.each([
  ["newest", () => numbers.toReversed()],
  ["oldest", () => numbers],
])(
  "refunds that ended are listed %s first, page by page, each of them once, and so is the CSV",
  async (order, expected) => {
    const pages = await pagesOf(`/refunds?list=ended&order=${order}`);
    expect(pages.flat()).toEqual(expected());
    expect(pages.map(({ length }) => length)).toEqual([60, 60, 60]);
    const { text } = await console.get(`/refunds.csv?list=ended&order=${order}`);
    expect(
      text
        .trim()
        .split("\r\n")
        .slice(1)
        .map((line) => line.split(",")[2]),
    ).toEqual(expected());
  },
);

test("the order is chosen on the page and stays in its links", async () => {
  const { text } = await console.get("/refunds?list=ended&order=oldest");
  expect(text).toContain('<option value="oldest" selected>oldest first</option>');
  expect(text).toContain('href="/refunds.csv?list=ended&amp;order=oldest"');
  expect(text).toMatch(/rel="next" href="\/refunds\?list=ended&amp;order=oldest&amp;after=\d+"/);
  expect((await console.get("/refunds?list=ended&order=sideways")).text).toContain('<option value="newest" selected>');
});

test("pages that two tellers have numbered against their clocks lose and repeat no refund, in either order", async () => {
  const at = begin + 10 * minuteMs;
  // A page of the list ends behind two pages of the feed, and some of them go back in time there.
  for (const skewMs of [20, 0, 41, 40, 39, 60]) await end(40, at + skewMs);
  for (const order of ["newest", "oldest"]) {
    const found = (await pagesOf(`/refunds?list=ended&order=${order}`)).flat();
    expect(found.toSorted()).toEqual(numbers.toSorted());
  }
});

test("the first page of the oldest costs no more where there are many more refunds", async () => {
  const operations = recordOperations(console.table().client);
  const countOf = (name: string) => operations.filter((one) => one === name).length;
  const path = "/refunds?list=ended&order=oldest";
  const first = numbersIn((await console.get(path)).text);
  const [reads, queries] = [countOf("BatchGetItem"), countOf("Query")];
  for (let page = 0; page < 84; page++)
    await list(Array.from({ length: 40 }, newIdentity), now - hourMs + page * 1_000);
  operations.length = 0;
  expect(numbersIn((await console.get(path)).text)).toEqual(first);
  expect(countOf("BatchGetItem")).toBe(reads);
  // There are eight times as many pages, and a search by halves takes one read more for each doubling.
  expect(countOf("Query")).toBeLessThanOrEqual(queries + 3);
});
