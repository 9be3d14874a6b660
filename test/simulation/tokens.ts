import { createHash } from "node:crypto";
import { partnerEvent } from "./partner-event.ts";
import type { CallApi, Partner } from "./partners.ts";
import { beijing } from "./platform.ts";
import { hex } from "./random.ts";
import type { World } from "./world.ts";

const minuteMs = 60_000;
/** Some clients keep a token for two hours, whatever was announced. */
const usedMs = 125 * minuteMs;
const kept = 20;

/** The tokens that partners come in with, where they may. */
export function createTokens(world: World, call: CallApi): (partner: Partner) => Promise<string | undefined> {
  const { clock, random } = world;

  return async (partner) => {
    const { appId, keys, allow, tokens } = partner;
    const isAllowed = allow.includes("token");
    if (!isAllowed && random() > 0.05) return undefined;
    const key = keys.at(-1) as string;
    const known = tokens.at(-1);
    if (known !== undefined && known.key === key && clock.now() - known.at < usedMs) return known.value;

    const timestamp = beijing(clock.now()).replace(/\D/g, "");
    const nonce = hex(random, 32);
    const signature = createHash("sha256")
      .update(appId + timestamp + nonce + key)
      .digest("hex");
    const body = { appId, timestamp, nonce, signMethod: "SHA256", signature };
    const at = clock.now();
    const { answer } = await call(
      partner,
      partnerEvent(world, partner, { path: "/v1/token/access", body, proof: () => "" }),
    );
    world.note("partner's token", `${partner.partnerId} ${answer?.statusCode ?? "none"}`);
    const { accessToken } = JSON.parse(answer?.body ?? "{}") as { accessToken?: string };
    if (accessToken === undefined) return undefined;
    if (!isAllowed) world.violate("a token is for partners that may use one", partner.partnerId);
    partner.tokens = [...tokens, { value: accessToken, at, key }].slice(-kept);
    return accessToken;
  };
}
