import * as z from "zod/mini";
import { keyPrefixes } from "../names.ts";
import type { Endpoint } from "../telling/endpoint.ts";
import { fromItem, type Item, toItem } from "./attributes.ts";
import { instant } from "./stored-forms.ts";

export function endpointKey(partnerId: string): Item {
  return { pk: { S: keyPrefixes.endpoint + partnerId }, sk: { S: "ENDPOINT" } };
}

export function endpointItem({ partnerId, configId, failingSince, disabledAt }: Endpoint): Item {
  return { ...endpointKey(partnerId), ...toItem({ configId, failingSince, disabledAt }) };
}

const endpointItemSchema = z.object({
  configId: z.string(),
  failingSince: instant,
  disabledAt: z.optional(instant),
});

/** Undefined where the item is none as this version knows it: the endpoint is then tried, and told about anew. */
export function readEndpointItem(item: Item): Endpoint | undefined {
  const parsed = endpointItemSchema.safeParse(fromItem(item));
  if (!parsed.success) return undefined;
  const partnerId = item.pk?.S?.slice(keyPrefixes.endpoint.length) ?? "";
  return { partnerId, disabledAt: undefined, ...parsed.data };
}
