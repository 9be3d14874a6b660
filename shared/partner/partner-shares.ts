import type { Partner } from "./partner.ts";
import { msPerToken, type Rate, takeToken } from "./token-bucket.ts";

/** What all instances have taken of the partners' shares. */
export interface ShareStore {
  /**
   * Adds `spentMs` to what was taken of a partner's share, and gives the instant (epoch ms) at which the share will be whole
   * again. `expectedFullAt` is the caller's guess at that instant before; a wrong guess costs a second write.
   * @throws {UnavailableError}
   */
  spend(partnerId: string, spentMs: number, expectedFullAt: number): Promise<number>;
}

/** Whether a request is within its partner's share. `told` resolves, and never rejects, when other instances can know of it. */
export type ShareTaken =
  | { readonly kind: "within"; readonly told: Promise<void> }
  | { readonly kind: "spent"; readonly waitMs: number };

export type PartnerShares = { take(partner: Partner): ShareTaken };

export type PartnerSharesDeps = {
  /** For partners whose secrets name no share of their own. */
  readonly share: Rate;
  readonly store: ShareStore;
  readonly now: () => number;
};

/** Between two writes of an instance about one partner, so that quick requests do not cost one each. */
const tellEveryMs = 100;
/** A partner whose last request to an instance is longer ago is no storm, and its request is told with the next one. */
const rareMs = 1_000;

/** What an instance remembers of a share: when it is whole again, here and by the table's last word, and what it has not told. */
type Known = { fullAt: number; storedFullAt: number; untoldMs: number; toldAt: number; askedAt: number };

/**
 * A token bucket for each partner. An instance decides by what it remembers, so nobody waits for the table. It tells the table
 * beside its work on the request, and learns by the same write what others have taken. So each instance lets at most a few
 * requests through before it knows of a storm.
 */
export function createPartnerShares({ share, store, now }: PartnerSharesDeps): PartnerShares {
  const partners = new Map<string, Known>();

  async function tell(partnerId: string, known: Known): Promise<void> {
    const at = now();
    // What was taken so long ago that it has come back is not told.
    const spentMs = Math.min(known.untoldMs, known.fullAt - at);
    known.untoldMs = 0;
    known.toldAt = at;
    try {
      known.storedFullAt = await store.spend(partnerId, spentMs, known.storedFullAt);
      known.fullAt = Math.max(known.fullAt, known.storedFullAt + known.untoldMs);
    } catch {
      // The request itself meets the table's trouble and tells of it. Until then each instance counts by itself.
      known.untoldMs += spentMs;
    }
  }

  return {
    take({ partnerId, share: own = share }) {
      const known = partners.get(partnerId) ?? { fullAt: 0, storedFullAt: 0, untoldMs: 0, toldAt: 0, askedAt: 0 };
      partners.set(partnerId, known);
      const at = now();
      const isPostponed = at - known.askedAt > rareMs || at - known.toldAt < tellEveryMs;
      known.askedAt = at;
      const taken = takeToken(known.fullAt, own, at);
      if (taken.kind === "empty") return { kind: "spent", waitMs: taken.waitMs };
      known.fullAt = taken.fullAt;
      known.untoldMs += msPerToken(own);
      return { kind: "within", told: isPostponed ? Promise.resolve() : tell(partnerId, known) };
    },
  };
}
