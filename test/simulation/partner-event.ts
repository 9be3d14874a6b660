import type { Partner } from "./partners.ts";
import { bodySig } from "./platform.ts";
import { hex } from "./random.ts";
import type { World } from "./world.ts";

export type PartnerCall = {
  readonly path: string;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** The header that proves whose call it is; by default the partner's newest key signs the body. */
  readonly proof?: ((body: string) => string) | undefined;
};

/** A signed request of a partner as API Gateway hands it over. */
export function partnerEvent({ clock, random }: World, partner: Partner, call: PartnerCall): object {
  const { path, headers } = call;
  const body = JSON.stringify(call.body);
  const pair = { appId: partner.appId, appKey: partner.keys.at(-1) as string };
  const { proof = (said: string) => bodySig(pair, said, clock.now(), hex(random, 32)) } = call;
  return {
    version: "2.0",
    headers: { authorization: proof(body), ...headers },
    body,
    isBase64Encoded: false,
    rawPath: path,
    requestContext: { requestId: hex(random, 16), http: { method: "POST" } },
  };
}
