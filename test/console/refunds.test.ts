import { expect, test } from "vitest";
import { createRefundRecords } from "../../operate/refund-records.ts";
import { deliveryItem } from "../../shared/aws/delivery-item.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import { useConsole } from "../support/console.ts";
import { layout, refundItem } from "../support/refund-items.ts";
import {
  badRequest,
  checkOf,
  claimedRefund,
  hourMs,
  keptAnswer,
  newIdentity,
  processing,
  succeeded,
} from "../support/refunds.ts";
import { putItem } from "../support/tables.ts";

const console = useConsole();
const { get, post } = console;
const pathOf = ({ mid, instMid, merOrderId }: Refund) => `/refunds/${mid}/${instMid}/${encodeURIComponent(merOrderId)}`;
const now = Date.now();
const open = (more: Partial<Refund> = {}) =>
  claimedRefund({ ...newIdentity(), dueAt: now + hourMs, lease: undefined, ...more }, now - 2 * hourMs);

async function read({ mid, instMid, merOrderId }: Refund) {
  const [found] = await createRefundRecords(console.table()).read([{ mid, instMid, merOrderId }]);
  if (found?.kind !== "readable") throw new Error("not on record");
  return found.refund;
}

test("an order number alone leads to its refund, and an unknown one says so", async () => {
  const refund = await console.put(open());
  const { status, headers } = await get(`/refunds?q=${refund.merOrderId}`);
  expect([status, headers.get("location")]).toEqual([303, pathOf(refund)]);
  expect((await get("/refunds?q=UNKNOWN-9")).status).toBe(404);
});

test("text of partners and of ChinaUMS shows as text, whatever markup it holds", async () => {
  const evil = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
  const answer = { ...keptAnswer(checkOf(processing)), fields: { errCode: "SUCCESS", merName: evil } };
  const cameBack = { status: 200, bytes: 9, digest: "0a1b2c3d", excerpt: evil };
  const evidence = [{ reading: badRequest, code: undefined, times: 1, at: now, cameBack }];
  const refund = await console.put(open({ merOrderId: `<b>${newIdentity().merOrderId}`, answer, evidence }));
  await post(`${pathOf(refund)}/note`, { text: evil });
  const { text } = await get(pathOf(refund));
  expect(text.match(/&lt;img src=x/g)).toHaveLength(3);
  expect(text).not.toMatch(/<img|<b>|<script>/);
});

test("what needs a person is on the overview until it is acknowledged, and its outcome stays open", async () => {
  const refund = await console.put(open({ reading: badRequest, code: "BAD_REQUEST" }));
  expect((await get("/")).text).toContain(pathOf(refund));
  const { location } = await post(`${pathOf(refund)}/acknowledge`, { text: "asked the partner" });
  expect(location).toBe(`${pathOf(refund)}?done=acknowledge`);
  const needing = /id="person"[\s\S]*?<\/section>/.exec((await get("/")).text)?.[0];
  expect(needing).not.toContain(pathOf(refund));
  expect(await read(refund)).toMatchObject({ state: "pending", acknowledged: "refused", dueAt: refund.dueAt });
  expect((await get(pathOf(refund))).text).toContain("asked the partner");
});

test("dead deliveries and records that cannot be read are named on the overview, each with the way to it", async () => {
  const { mid, instMid, merOrderId } = await console.put(open({ state: "succeeded", dueAt: undefined }));
  const key = { refund: { mid, instMid, merOrderId }, partnerId: "north-shop", sequence: 2 };
  const failed = { attempts: 10, eventAt: now, dueAt: now, trouble: "timeout", status: undefined } as const;
  await putItem(console.table(), deliveryItem({ ...key, state: "dead", ...failed }, 16));
  const damaged = open();
  await putItem(console.table(), { ...refundItem(damaged, layout), attempts: { S: "many" } });

  const needing = /id="person"[\s\S]*?<\/section>/.exec((await get("/")).text)?.[0];
  expect(needing).toMatch(new RegExp(`1 dead deliveries[^<]*<a href="${pathOf({ ...damaged, merOrderId })}">`));
  expect(needing).toMatch(new RegExp(`1 records cannot be read[^<]*<a href="${pathOf(damaged)}">`));
  expect((await get(pathOf(damaged))).text).toContain("missing or malformed: attempts");
});

test("a refund of any number that a partner may give has a page, and its forms lead back to it", async () => {
  for (const merOrderId of ["a/b/../c", "100%2F", "#1&?x=1", "a\"'`<>\\", "../..//", "?q=1&done=note"]) {
    const refund = await console.put(open({ merOrderId }));
    const { status, text } = await get(pathOf(refund));
    expect([merOrderId, status]).toEqual([merOrderId, 200]);
    const action = /action="([^"]+)\/note"/.exec(text)?.[1]?.replaceAll("&#39;", "'");
    const { location } = await post(`${action}/note`, { text: `about ${merOrderId}` });
    expect(location).toBe(`${pathOf(refund)}?done=note`);
    expect((await get(location ?? "")).text).toContain("The note is in the audit trail.");
    const found = await get(`/refunds?q=${encodeURIComponent(merOrderId)}`);
    expect([found.status, found.headers.get("location")]).toEqual([303, pathOf(refund)]);
  }
});

test("a check that is asked for makes the refund due, and both that and a note are in the audit trail", async () => {
  const refund = await console.put(open({ reading: processing }));
  await post(`${pathOf(refund)}/check`);
  await post(`${pathOf(refund)}/note`, { text: "called the bank" });
  expect((await read(refund)).dueAt).toBeLessThanOrEqual(Date.now());
  const { text } = await get(pathOf(refund));
  expect(text).toMatch(/<strong>tester<\/strong> had it checked/);
  expect(text).toMatch(/<strong>tester<\/strong> noted[\s\S]*called the bank/);
});

test("an action on a final refund sets no outcome: it is only verified", async () => {
  const refund = await console.put(open({ state: "succeeded", reading: succeeded, dueAt: undefined }));
  expect((await get(pathOf(refund))).text).toContain("Verify now");
  await post(`${pathOf(refund)}/check`);
  expect(await read(refund)).toMatchObject({ state: "succeeded", verifyRequestedAt: expect.any(Number) });
});

test("a list is narrowed by its address, sorted, and exported as it is narrowed", async () => {
  const mid = "898440148160571";
  const [old, young] = [await console.put(open({ mid, reading: badRequest })), await console.put(open({ mid }))];
  const list = (query: string) => get(`/refunds?mid=${mid}&${query}`).then(({ text }) => text);
  expect(await list("state=blocked")).toContain(old.merOrderId);
  expect(await list("state=blocked")).not.toContain(young.merOrderId);
  expect(await list("age=1d")).not.toContain(young.merOrderId);
  expect(await list("sort=age")).toContain('aria-sort="ascending"');
  const csv = await get(`/refunds.csv?mid=${mid}&state=blocked`);
  expect(csv.headers.get("content-type")).toContain("text/csv");
  expect(csv.text.trim().split("\r\n").slice(1)).toEqual([expect.stringContaining(old.merOrderId)]);
});

test("long lists have pages, each with a URL, that hold every refund once", async () => {
  const mid = "898310148160569";
  const all = await Promise.all(Array.from({ length: 70 }, () => console.put(open({ mid }))));
  const seen: string[] = [];
  let path: string | undefined = `/refunds?mid=${mid}`;
  for (let pages = 0; path !== undefined && pages < 5; pages++) {
    const { text }: { text: string } = await get(path);
    seen.push(...[...text.matchAll(/<th scope="row"><a href="([^"]+)"/g)].map(([, href = ""]) => href));
    path = /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll("&amp;", "&");
  }
  expect(seen.toSorted()).toEqual(all.map(pathOf).toSorted());
});

test("the language is the one of the address, else the one chosen before, else the browser's", async () => {
  const { text, headers } = await get("/?lang=zh");
  expect(text).toContain('<html lang="zh-CN">');
  expect(headers.get("set-cookie")).toContain("lang=zh");
  expect((await get("/", { "accept-language": "zh-CN,en" })).text).toContain("总览");
  expect((await get("/")).text).toContain('<html lang="en">');
});
