import { beforeEach, expect, test } from "vitest";
import { createDynamoEndpointStore } from "../../shared/aws/dynamo-endpoint-store.ts";
import { endpointKey } from "../../shared/aws/endpoint-item.ts";
import type { EndpointStore } from "../../shared/telling/endpoint.ts";
import { dayMs, start } from "../support/refunds.ts";
import { conflict, failOnce, newTable, putItem, recordInputs, storeOptions } from "../support/tables.ts";

let place: Awaited<ReturnType<typeof newTable>>;
let store: EndpointStore;
beforeEach(async () => {
  place = await newTable();
  store = createDynamoEndpointStore(storeOptions(place));
});

const failing = { partnerId: "north-shop", configId: "a", failingSince: start, disabledAt: undefined };
const disabled = { ...failing, disabledAt: start + dayMs };

test("what is wrong with an endpoint is read back, and nothing where nothing is", async () => {
  expect(await store.readEndpoint("north-shop")).toBeUndefined();
  expect(await store.writeEndpoint(failing)).toBe(true);
  expect(await store.readEndpoint("north-shop")).toEqual(failing);
  expect(await store.readEndpoint("south-shop")).toBeUndefined();
});

test("a failure may end the webhook, and a success is the end of a row of failures", async () => {
  await store.writeEndpoint(failing);
  expect(await store.writeEndpoint(disabled)).toBe(true);
  expect(await store.readEndpoint("north-shop")).toEqual(disabled);
  await store.forgetEndpoint({ partnerId: "south-shop", configId: "a" });
  expect(await store.readEndpoint("north-shop")).toEqual(disabled);
});

test("a webhook that was disabled stays so, whatever the tries say that were under way", async () => {
  await store.writeEndpoint(disabled);
  expect(await store.writeEndpoint({ ...failing, failingSince: start + 2 * dayMs })).toBe(false);
  await store.forgetEndpoint(failing);
  expect(await store.readEndpoint("north-shop")).toEqual(disabled);
});

test("a webhook that was set again takes the place of the one that was disabled", async () => {
  await store.writeEndpoint(disabled);
  expect(await store.writeEndpoint({ ...failing, configId: "b" })).toBe(true);
  expect(await store.readEndpoint("north-shop")).toEqual({ ...failing, configId: "b" });
  await store.forgetEndpoint({ partnerId: "north-shop", configId: "b" });
  expect(await store.readEndpoint("north-shop")).toBeUndefined();
});

test("an item that cannot be read is nothing wrong, and is written over", async () => {
  await putItem(place, { ...endpointKey("north-shop"), configId: { N: "1" } });
  expect(await store.readEndpoint("north-shop")).toBeUndefined();
  expect(await store.writeEndpoint(failing)).toBe(true);
});

test("an endpoint is read as it stands now, and written though its item is busy just then", async () => {
  const inputs = recordInputs(place.client);
  failOnce(place.client, conflict);
  expect(await store.writeEndpoint(failing)).toBe(true);
  expect(await store.readEndpoint("north-shop")).toEqual(failing);
  expect(inputs.at(-1)).toMatchObject({ ConsistentRead: true });
});
