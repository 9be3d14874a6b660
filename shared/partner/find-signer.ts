import { maxAppKeys, type Partner } from "./partner.ts";
import type { PartnerDirectory } from "./partner-directory.ts";

/** What a request shows to come in as a partner. */
export type Proof = {
  readonly appId: string;
  /** What the log calls a proof that was made with no key of the partner. */
  readonly wrong: "wrong_signature" | "wrong_token";
  /** True if it was made with this key. It must take as long for every key. */
  readonly isMadeWith: (appKey: string) => boolean;
  /** True for partners that may come in by a proof of this kind. */
  readonly isAllowed: (partner: Partner) => boolean;
};

/** Why a proof does not hold; for the log alone. */
export type NobodyBecause = "unknown_app_id" | "not_allowed" | Proof["wrong"];

export type FoundSigner =
  | { readonly kind: "signer"; readonly partner: Partner; readonly appKey: string }
  /** The partner is the one whose AppId was named in vain. Only the form of the answer may depend on it. */
  | { readonly kind: "nobody"; readonly because: NobodyBecause; readonly partner: Partner | undefined };

export type FindSigner = (proof: Proof) => Promise<FoundSigner>;

/** Is tried in place of a key that is not there, and never accepted. */
const paddingKey = "no partner signs with this";

/**
 * Finds whose proof it is. A partner whose proof does not hold is looked up once more, because it may just have been changed.
 * What it gives throws an `UnavailableError` when the partner cannot be looked up.
 */
export function createFindSigner({ directory }: { readonly directory: PartnerDirectory }): FindSigner {
  return async (proof) => {
    const { appId } = proof;
    const found = await directory.find(appId);
    let signer = check(found.partner, proof);
    if (signer.kind === "nobody") signer = check(await directory.findAnew(appId, found), proof);
    if (signer.kind === "signer") directory.remember(appId);
    return signer;
  };
}

function check(partner: Partner | undefined, { appId, wrong, isMadeWith, isAllowed }: Proof): FoundSigner {
  const appKey = keyOf(partner?.appId === appId ? partner.appKeys : [], isMadeWith);
  if (partner === undefined) return { kind: "nobody", because: "unknown_app_id", partner };
  if (appKey === undefined) return { kind: "nobody", because: wrong, partner };
  if (!isAllowed(partner)) return { kind: "nobody", because: "not_allowed", partner };
  return { kind: "signer", partner, appKey };
}

/** A bad proof is compared with as many keys, whether a partner has two, one or does not exist: timing tells nothing. */
function keyOf(keys: readonly string[], isMadeWith: Proof["isMadeWith"]): string | undefined {
  for (let i = 0; i < maxAppKeys; i++) {
    const key = keys[i];
    if (isMadeWith(key ?? paddingKey) && key !== undefined) return key;
  }
  return undefined;
}
