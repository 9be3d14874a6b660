import type { Refund, RememberedKey } from "./refund.ts";
import type { Claim, RequestKey } from "./refund-store.ts";

/** A repeated request mostly isSameAnswerAs the last one; each key remembered makes every write of the refund larger. */
const maxKeys = 3;

/** A known refund as a claim takes it; when it is due stays as it was. */
export function takeLease(known: Refund, { lease, partnerId, key, now }: Claim): Refund {
  return {
    ...known,
    version: known.version + 1,
    lease,
    partners: [...new Set([...known.partners, partnerId])],
    keys: withKey(known.keys, key, now),
  };
}

/** The keys of a refund with one more, if it is of those that are remembered there, and no more than are of use. */
export function withKey(keys: readonly RememberedKey[], key: RequestKey, now: number): readonly RememberedKey[] {
  const alive = keys.filter(({ expiresAt }) => expiresAt > now);
  if (key.chosen || alive.some(({ id }) => id === key.id)) return alive;
  return [{ id: key.id, expiresAt: key.expiresAt }, ...alive].slice(0, maxKeys);
}

/** Until when (epoch ms) a refund remembers a key, or undefined where it does not. */
export function keyExpiry(refund: Refund, { id }: RequestKey, now: number): number | undefined {
  return refund.keys.find((known) => known.id === id && known.expiresAt > now)?.expiresAt;
}
