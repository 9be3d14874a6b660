/** How long a loaded value serves, in ms. */
export type Freshness = {
  /** Older than this, it is still given, and refreshed behind the request. */
  readonly staleMs: number;
  /** Older than this, it is loaded anew before it is given, as after a long freeze of the function. */
  readonly expiredMs: number;
};

export interface CachedSecret<T> {
  /** @throws what loading throws, when there is no value that could serve instead */
  get(): Promise<T>;
  /** Loads anew, together with everybody else who wants that right now. @throws what loading throws */
  reload(): Promise<T>;
  /** When the value at hand was loaded, in epoch ms. */
  loadedAt(): number | undefined;
}

/**
 * Keeps one loaded value in memory. At most one load runs at a time, a failed load is never kept, and while loading fails
 * an old value goes on serving: an outage of the secret's store does not become ours.
 */
export function createCachedSecret<T>(
  load: () => Promise<T>,
  freshness: Freshness,
  now: () => number,
): CachedSecret<T> {
  let kept: { value: T; loadedAt: number } | undefined;
  let loading: Promise<T> | undefined;

  const reload = (): Promise<T> => {
    loading ??= load()
      .then((value) => {
        kept = { value, loadedAt: now() };
        return value;
      })
      .finally(() => {
        loading = undefined;
      });
    return loading;
  };

  return {
    async get() {
      if (kept === undefined) return await reload();
      const { value, loadedAt } = kept;
      const ageMs = now() - loadedAt;
      if (ageMs < freshness.staleMs) return value;
      const fresh = reload().catch(() => value);
      return ageMs < freshness.expiredMs ? value : await fresh;
    },
    reload,
    loadedAt: () => kept?.loadedAt,
  };
}
