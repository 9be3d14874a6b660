import { beforeAll, expect, test } from "vitest";
import { keyItem } from "../../shared/aws/key-item.ts";
import { idempotencyKeyId } from "../../shared/partner/idempotency-key.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import { useConsole } from "../support/console.ts";
import { claimedRefund, hourMs, newIdentity } from "../support/refunds.ts";
import { putItem, recordOperations } from "../support/tables.ts";

const console = useConsole();
const { get, post } = console;
const pathOf = ({ mid, instMid, merOrderId }: Refund) => `/refunds/${mid}/${instMid}/${merOrderId}`;
const now = Date.now();
const open = () => console.put(claimedRefund({ ...newIdentity(), lease: undefined }, now));
const search = (text: string) => get(`/refunds?q=${encodeURIComponent(text)}`);
const locationOf = async (text: string) => (await search(text)).headers.get("location") ?? "";

async function use(partnerId: string, value: string, refund: Refund, expiresAt = now + 5 * hourMs): Promise<void> {
  const id = idempotencyKeyId(partnerId, value);
  await putItem(console.table(), keyItem({ id, payloadDigest: "digest", expiresAt }, refund));
}

beforeAll(async () => {
  await post("/partners/add", { id: "east-shop", mids: "898310148160571" });
});

test.each(["k-1", '"k-1"', '"k-1";a=b', " k-1 "])(
  "the key of a partner leads to its refund, as the partner wrote it: %s",
  async (text) => {
    const refund = await open();
    await use("north-shop", "k-1", refund);
    expect(await locationOf(text)).toMatch(new RegExp(`^${pathOf(refund)}\\?key=north-shop%23[0-9a-f]{64}$`));
  },
);

test("the page that a key leads to names its partner and its end, and not the key", async () => {
  const refund = await open();
  await use("north-shop", "secret-key", refund);
  const { text } = await get(await locationOf("secret-key"));
  expect(text).toMatch(
    /Found by an Idempotency-Key<\/dt><dd>north-shop&#39;s key <small>counts until <time[^>]*>[^<]*<\/time> <small>in 4h 59m/,
  );
  expect(text).not.toContain("secret-key");
  expect((await get(pathOf(refund))).text).not.toContain("Found by an Idempotency-Key");
});

test("a key that has ended, and that the table still keeps, is shown as ended", async () => {
  const refund = await open();
  await use("north-shop", "old", refund, now - hourMs);
  const { text } = await get(await locationOf("old"));
  expect(text).toMatch(/north-shop&#39;s key <small>counts no more, since <time/);
  expect(text).not.toContain("counts until");
});

test("a key that is the order number of another refund leads to a choice that says which is which", async () => {
  const [numbered, keyed] = [await open(), await open()];
  await use("east-shop", numbered.merOrderId, keyed);
  const { status, text } = await search(numbered.merOrderId);
  expect(status).toBe(200);
  expect(text).toContain(`<a href="${pathOf(numbered)}">`);
  expect(text).toMatch(
    new RegExp(`<a href="${pathOf(keyed)}\\?key=[^"]+">${keyed.merOrderId}</a><br>east-shop&#39;s key`),
  );
});

test("a refund that is found by its number and by a key is one, and two partners' keys are both named", async () => {
  const refund = await open();
  await use("north-shop", refund.merOrderId, refund);
  await use("east-shop", refund.merOrderId, refund);
  const { text } = await get(await locationOf(refund.merOrderId));
  expect(text.match(/<dd>(north|east)-shop&#39;s key/g)).toHaveLength(2);
});

test("the key of a partner that is not known leads nowhere, and neither does a text that is no key", async () => {
  await use("gone-shop", "k-2", await open());
  expect((await search("k-2")).status).toBe(404);
  expect((await search("two words")).status).toBe(404);
});

test("an address that was made by hand shows no key that is another refund's, and no other item", async () => {
  const [mine, other] = [await open(), await open()];
  await use("north-shop", "k-3", other);
  const id = encodeURIComponent(idempotencyKeyId("north-shop", "k-3"));
  for (const query of [`key=${id}`, "key=x", `key=${encodeURIComponent(`a#b#${"0".repeat(64)}`)}`]) {
    const { status, text } = await get(`${pathOf(mine)}?${query}`);
    expect([status, text]).toEqual([200, expect.not.stringContaining("Found by an Idempotency-Key")]);
  }
});

test("a search scans nothing and writes nothing", async () => {
  const operations = recordOperations(console.table().client);
  await search("k-4");
  expect(new Set(operations)).toEqual(new Set(["BatchGetItem", "Query"]));
});
