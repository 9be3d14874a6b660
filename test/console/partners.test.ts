import { expect, test } from "vitest";
import { useConsole } from "../support/console.ts";

const console = useConsole();
const { get, post, changes } = console;
const appKeyIn = (text: string) => /<dt>AppKey<\/dt><dd><code>([0-9a-f]{32})</.exec(text)?.[1];

test("a new partner's key is shown once, and no stored key ever", async () => {
  const added = await post("/partners/add", { id: "east-shop", mids: "898310148160571, 898310148160572" });
  const key = appKeyIn(added.text) ?? "";
  expect(key).toHaveLength(32);
  const { text } = await get("/partners");
  expect(text).toContain("898310148160571, 898310148160572");
  expect(text).not.toContain(key);
  expect(changes).toContain("add east-shop");
});

test("a key is rotated and retired with the checks of the command", async () => {
  expect(appKeyIn((await post("/partners/north-shop/rotate")).text)).toBeDefined();
  const again = await post("/partners/north-shop/rotate");
  expect([again.status, again.text]).toEqual([400, expect.stringContaining("has two keys")]);
  expect((await post("/partners/north-shop/retire")).location).toBe("/partners");
  expect((await get("/partners")).text).not.toContain("old one, until it is retired");
});

test("a partner is removed only when its name was typed", async () => {
  await post("/partners/add", { id: "west-shop", mids: "898310148160573" });
  expect((await post("/partners/west-shop/remove", { name: "west" })).status).toBe(400);
  expect((await get("/partners")).text).toContain("west-shop");
  expect((await post("/partners/west-shop/remove", { name: "west-shop" })).status).toBe(303);
  expect((await get("/partners")).text).not.toContain("west-shop");
});

test("a malformed partner is refused in a sentence", async () => {
  const { status, text } = await post("/partners/add", { id: "bad name", mids: "1" });
  expect([status, text]).toEqual([400, expect.stringContaining("a partner needs a name")]);
});
