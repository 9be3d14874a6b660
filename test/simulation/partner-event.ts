import type { Partner } from "./partners.ts";
import { bodySig } from "./platform.ts";
import { hex } from "./random.ts";
import type { World } from "./world.ts";

export type PartnerCall = {
  /** By whom it says to be signed, and with which key. */
  readonly pair?: { readonly appId: string; readonly appKey: string };
  readonly path: string;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A signed request of a partner as API Gateway hands it over. */
export function partnerEvent({ clock, random }: World, partner: Partner, call: PartnerCall): object {
  const { pair = { appId: partner.appId, appKey: partner.keys.at(-1) as string }, path, headers } = call;
  const body = JSON.stringify(call.body);
  return {
    version: "2.0",
    headers: { authorization: bodySig(pair, body, clock.now(), hex(random, 32)), ...headers },
    body,
    isBase64Encoded: false,
    rawPath: path,
    requestContext: { requestId: hex(random, 16), http: { method: "POST" } },
  };
}
