import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createContext, runInContext } from "node:vm";
import { expect, test } from "vitest";
import { localPartnerPrefix } from "../../sandbox/local-secrets.ts";
import { contractFile } from "../../tools/contract/contract.ts";
import { collectionFile } from "../../tools/contract/postman-collection.ts";
import { localSecretsManager } from "../../tools/local-aws.ts";
import { allowPartner } from "../../tools/partner-secrets.ts";
import { contract } from "../support/contract.ts";
import { useLocalRun } from "../support/local-run.ts";

const local = useLocalRun({ instances: 1, sweepEveryMs: 3_600_000 });

async function get(path: string) {
  const response = await fetch(local.ready().url + path);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

test("the contract is a page with every operation and every named schema, and needs nothing from elsewhere", async () => {
  const { status, headers, text } = await get("/docs");
  expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  const operations = Object.values({ ...contract.paths, ...contract.webhooks }).map(({ post }) => post.operationId);
  const ids = [...operations, ...Object.keys(contract.components.schemas)];
  expect(ids.filter((id) => !text.includes(`<section id="${id}">`))).toEqual([]);
  const links = [...text.matchAll(/href="#([^"]+)"/g)].map(([, id = ""]) => id);
  expect(links.filter((id) => !ids.includes(id))).toEqual([]);
  expect(text).not.toMatch(/<script|<link|<img|src=|url\(|href="https?:/);
});

test("its source and the collection are there for tools", async () => {
  expect((await get("/openapi.yaml")).text).toBe(readFileSync(contractFile, "utf8"));
  expect((await get("/postman-collection.json")).text).toBe(readFileSync(collectionFile, "utf8"));
});

type Field = { readonly key: string; readonly value: string; readonly disabled?: boolean };
type Item = {
  readonly name: string;
  readonly request: { readonly header: Field[]; readonly url: { raw: string }; readonly body: { raw: string } };
};
type Collection = {
  readonly variable: Field[];
  readonly event: [{ readonly script: { readonly exec: string[] } }];
  readonly item: { readonly item: Item[] }[];
};
const collection = JSON.parse(readFileSync(collectionFile, "utf8")) as Collection;
const items = collection.item.flatMap(({ item }) => item);

/** Sends a request as Postman does: the script runs first, and then each `{{variable}}` is filled in. */
async function sendAsPostman({ request }: Item, own: Readonly<Record<string, string>>) {
  const variables = new Map(Object.entries({ ...keyValues(collection.variable), ...own }));
  const replaceIn = (text: string) => text.replace(/\{\{(\w+)\}\}/g, (whole, name) => variables.get(name) ?? whole);
  const pm = {
    variables: {
      get: (name: string) => variables.get(name),
      set: (name: string, value: string) => variables.set(name, value),
      replaceIn,
    },
    request,
  };
  // What Postman gives to scripts. It also declares `CryptoJS` by itself, so that a script cannot.
  const context = createContext({ pm, require: createRequire(import.meta.url) });
  runInContext("const CryptoJS = {};", context);
  runInContext(collection.event[0].script.exec.join("\n"), context);
  const headers = keyValues(request.header.filter(({ disabled }) => !disabled));
  return await fetch(replaceIn(request.url.raw), {
    method: "POST",
    headers: Object.entries(headers).map(([name, value]): [string, string] => [name, replaceIn(value)]),
    body: replaceIn(request.body.raw),
  });
}

function keyValues(fields: readonly Field[]): Record<string, string> {
  return Object.fromEntries(fields.map(({ key, value }) => [key, value]));
}

test("every request of the collection is signed by its script, and answered", async () => {
  const { url, partners, secretsManager } = local.ready();
  const { partnerId = "", appId = "", appKey = "" } = partners[0] ?? {};
  const client = localSecretsManager(secretsManager.endpoint);
  await allowPartner({ client, prefix: localPartnerPrefix }, partnerId, ["token"]);
  expect(items.length).toBeGreaterThanOrEqual(7);
  for (const item of items) {
    const { status } = await sendAsPostman(item, { baseUrl: url, appId, appKey });
    expect([item.name, status]).toEqual([item.name, 200]);
  }
  const wrongKey = await Promise.all(
    items.map((item) => sendAsPostman(item, { baseUrl: url, appId, appKey: "wrong" })),
  );
  expect(new Set(wrongKey.map(({ status }) => status))).toEqual(new Set([401, 412]));
});
