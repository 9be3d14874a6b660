export type SignerCacheDeps<T> = {
  /** Makes the entry of an AppId that has none. */
  readonly create: (appId: string) => T;
  /** The most strangers that have an entry; those not asked about for longest lose theirs first. */
  readonly maxStrangers: number;
};

export interface SignerCache<T> {
  /** The entry of an AppId. */
  get(appId: string): T;
  /** True if `keep` has been called for it. */
  isKept(appId: string): boolean;
  /** Keeps the entry of an AppId whatever strangers do, because a partner has signed with it. */
  keep(appId: string): void;
}

/**
 * Entries by AppId. Anybody can name AppIds, so strangers share a bounded space. Partners that have signed have a space of
 * their own, because strangers must not push them out.
 */
export function createSignerCache<T>({ create, maxStrangers }: SignerCacheDeps<T>): SignerCache<T> {
  const signers = new Map<string, T>();
  const strangers = new Map<string, T>();

  const get = (appId: string): T => {
    const kept = signers.get(appId);
    if (kept !== undefined) return kept;
    const entry = strangers.get(appId) ?? create(appId);
    // A Map keeps the order in which keys were added, so the first one is the one not asked about for longest.
    strangers.delete(appId);
    strangers.set(appId, entry);
    if (strangers.size > maxStrangers) {
      const [oldest] = strangers.keys();
      if (oldest !== undefined) strangers.delete(oldest);
    }
    return entry;
  };

  return {
    get,
    isKept: (appId) => signers.has(appId),
    keep(appId) {
      if (signers.has(appId)) return;
      signers.set(appId, get(appId));
      strangers.delete(appId);
    },
  };
}
