export type TokenBucketDeps = {
  /** Tokens that are added in a second. */
  readonly perSecond: number;
  /** The most tokens that are kept; as many are there at first. */
  readonly burst: number;
  readonly now: () => number;
};

/** Bounds how often something is done: `take` gives true as long as there is a token, and takes it. */
export function createTokenBucket(deps: TokenBucketDeps): { take(): boolean } {
  const { perSecond, burst, now } = deps;
  let tokens = burst;
  let filledAt = now();

  return {
    take() {
      const at = now();
      tokens = Math.min(burst, tokens + (Math.max(0, at - filledAt) * perSecond) / 1000);
      filledAt = at;
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
  };
}
