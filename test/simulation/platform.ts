import { createHash, createHmac } from "node:crypto";
import type { PostResult } from "../../shared/chinaums/transport/raw-answer.ts";
import { hex } from "./random.ts";
import type { World } from "./world.ts";

/** Beijing wall time, `2026-01-05 09:00:00`. */
export function beijing(epochMs: number): string {
  return new Date(epochMs + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
}

/** The header of OPEN-BODY-SIG by the rule of the page, written anew so that a mistake in the project's own cannot hide. */
export function bodySig(pair: { appId: string; appKey: string }, body: string, epochMs: number, nonce: string): string {
  const timestamp = beijing(epochMs).replace(/\D/g, "");
  const signature = signatureOf(pair.appId, pair.appKey, timestamp, nonce, body);
  return `OPEN-BODY-SIG AppId="${pair.appId}", Timestamp="${timestamp}", Nonce="${nonce}", Signature="${signature}"`;
}

function signatureOf(appId: string, appKey: string, timestamp: string, nonce: string, body: string): string {
  const bodyHash = createHash("sha256").update(body).digest("hex");
  return createHmac("sha256", appKey)
    .update(appId + timestamp + nonce + bodyHash)
    .digest("base64");
}

const appId = "10037e6f6394e6c0016395d2b3240001";
const tokenLifeMs = 3_600_000;
/** So many tokens of one AppId are valid at once. */
const maxTokens = 10;
/** How far the Timestamp of a call may be from ChinaUMS's clock. */
const windowMs = 10 * 60_000;

/** Who is let in at ChinaUMS: the keys and tokens that it accepts just now. */
export function createPlatform(world: World) {
  const { clock, random } = world;
  let keys = [`KEY-${hex(random, 28)}`];
  let tokens: { readonly value: string; readonly until: number }[] = [];
  const nonces = new Set<string>();

  return {
    appId,
    newestKey: () => keys.at(-1) as string,
    /** A new key beside the old one, which is refused from an instant on. */
    rotate(oldUntil: number): void {
      const [old] = keys.slice(-1);
      keys = [...keys, `KEY-${hex(random, 28)}`];
      clock.at(oldUntil, () => {
        keys = keys.filter((key) => key !== old);
        // Tokens of an old key end with it.
        tokens = [];
      });
    },

    /** Why a call is not let in, or undefined where it is. */
    refuses(header: string, body: string): string | undefined {
      const [, token] = /^OPEN-ACCESS-TOKEN AccessToken="?([^",]+)/.exec(header) ?? [];
      if (token !== undefined) {
        return tokens.some(({ value, until }) => value === token && clock.now() < until) ? undefined : "token";
      }
      const read = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1] ?? "";
      const [timestamp, nonce] = [read("Timestamp"), read("Nonce")];
      const signedAt = Date.parse(timestamp.replace(/(....)(..)(..)(..)(..)(..)/, "$1-$2-$3T$4:$5:$6+08:00"));
      if (!(Math.abs(signedAt - clock.now()) < windowMs)) return "timestamp";
      if (nonces.has(nonce)) world.violate("a nonce is used once", nonce);
      nonces.add(nonce);
      const fits = keys.some((key) => signatureOf(appId, key, timestamp, nonce, body) === read("Signature"));
      return read("AppId") === appId && fits ? undefined : "signature";
    },

    issueToken(said: { appId: string; timestamp: string; nonce: string; signature: string }): PostResult {
      const expected = (key: string) =>
        createHash("sha256")
          .update(said.appId + said.timestamp + said.nonce + key)
          .digest("hex");
      const isKnown = said.appId === appId && keys.some((key) => expected(key) === said.signature);
      world.note("token", isKnown ? "issued" : "refused");
      const value = hex(random, 32);
      if (isKnown) tokens = [...tokens, { value, until: clock.now() + tokenLifeMs }].slice(-maxTokens);
      const body = isKnown
        ? { errCode: "0000", errInfo: "正常", accessToken: value, expiresIn: tokenLifeMs / 1000 }
        : { errCode: "1000", errInfo: "认证失败" };
      return { kind: "answer", answer: { status: 200, body: JSON.stringify(body) } };
    },
  };
}
