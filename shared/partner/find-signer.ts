import { maxAppKeys, type Partner } from "./partner.ts";
import type { PartnerDirectory } from "./partner-directory.ts";

/** What must be shown to come in as a partner. */
export type Proof = {
  readonly appId: string;
  /** True if it was made with this key. It must take as long for every key. */
  readonly isMadeWith: (appKey: string) => boolean;
  /** True for partners that may come in by a proof of this kind. */
  readonly isAllowed: (partner: Partner) => boolean;
};

/** The partner and the key by which it is known, or whose AppId was named in vain; the latter for the form of the answer alone. */
export type FoundSigner =
  | { readonly kind: "signer"; readonly partner: Partner; readonly appKey: string }
  | { readonly kind: "nobody"; readonly partner: Partner | undefined };

/** Is tried in place of a key that is not there, and never accepted. */
const paddingKey = "no partner signs with this";

/**
 * Finds whose proof it is. A partner whose key does not fit is looked up once more, because it may just have been changed.
 * @throws {UnavailableError} when the partner cannot be looked up
 */
export function createFindSigner({ directory }: { readonly directory: PartnerDirectory }) {
  return async (proof: Proof): Promise<FoundSigner> => {
    const { appId } = proof;
    const found = await directory.find(appId);
    let partner = found.partner;
    let appKey = keyOf(partner, proof);
    if (appKey === undefined) {
      partner = await directory.findAnew(appId, found);
      appKey = keyOf(partner, proof);
    }
    if (partner === undefined || appKey === undefined) return { kind: "nobody", partner };
    directory.remember(appId);
    return { kind: "signer", partner, appKey };
  };
}

/** A bad proof is compared with as many keys, whether a partner has two, one or does not exist: timing tells nothing. */
function keyOf(partner: Partner | undefined, { appId, isMadeWith, isAllowed }: Proof): string | undefined {
  const keys = partner?.appId === appId && isAllowed(partner) ? partner.appKeys : [];
  for (let i = 0; i < maxAppKeys; i++) {
    const key = keys[i];
    if (isMadeWith(key ?? paddingKey) && key !== undefined) return key;
  }
  return undefined;
}
