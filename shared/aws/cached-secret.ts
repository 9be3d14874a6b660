/** How long a loaded value serves, in ms. */
export type Freshness = {
  /** An older one is still given, and refreshed behind the request. */
  readonly staleMs: number;
  /** An older one is loaded anew before it is given, as after a long freeze of the function. */
  readonly expiredMs: number;
};

export type CachedSecretDeps<T> = {
  readonly load: () => Promise<T>;
  readonly freshness: Freshness;
  readonly now: () => number;
};

export interface CachedSecret<T> {
  /** @throws what `load` throws, when there is no value that could serve instead */
  get(): Promise<T>;
  /** Loads anew. Callers that want this at the same time share one load. @throws what `load` throws */
  reload(): Promise<T>;
  /** The value at hand, however old; undefined before the first one. */
  kept(): T | undefined;
}

/** For so long after a failed load the old value is given at once, so that requests do not all wait for the next failure. */
const pauseAfterFailureMs = 5_000;

/**
 * Keeps one loaded value in memory. One load runs at a time, unless it takes as long as a value serves. A failed load is never
 * kept. While loading fails an old value goes on serving, so an outage of Secrets Manager does not become ours.
 */
export function createCachedSecret<T>({ load, freshness, now }: CachedSecretDeps<T>): CachedSecret<T> {
  let kept: { readonly value: T; readonly loadedAt: number } | undefined;
  let loading: { readonly value: Promise<T>; readonly startedAt: number } | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;

  /** A function may stand still while it loads. What it then gets is as old as its question, not as its answer. */
  async function loadOnce(startedAt: number): Promise<T> {
    try {
      const value = await load();
      if (kept === undefined || kept.loadedAt <= startedAt) kept = { value, loadedAt: startedAt };
      return value;
    } catch (error) {
      failedAt = now();
      throw error;
    } finally {
      if (loading?.startedAt === startedAt) loading = undefined;
    }
  }

  function reload(): Promise<T> {
    const startedAt = now();
    if (loading === undefined || startedAt - loading.startedAt >= freshness.expiredMs) {
      loading = { value: loadOnce(startedAt), startedAt };
    }
    return loading.value;
  }

  return {
    async get() {
      if (kept === undefined) return await reload();
      const { value, loadedAt } = kept;
      const ageMs = now() - loadedAt;
      if (ageMs < freshness.staleMs || now() - failedAt < pauseAfterFailureMs) return value;
      const fresh = reload().catch(() => value);
      return ageMs < freshness.expiredMs ? value : await fresh;
    },
    reload,
    kept: () => kept?.value,
  };
}
