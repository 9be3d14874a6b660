/** So many a second in the long run, and so many at once after a rest. */
export type Rate = { readonly perSecond: number; readonly burst: number };

/** How a token is taken: the bucket is then full again at `fullAt` (epoch ms); or there is none for so many ms. */
export type Taken =
  | { readonly kind: "taken"; readonly fullAt: number }
  | { readonly kind: "empty"; readonly waitMs: number };

/** How long (ms) a bucket takes to make up for one token. */
export function msPerToken({ perSecond }: Rate): number {
  return 1000 / perSecond;
}

/**
 * Takes a token at `now` (epoch ms) from a bucket that would be full at `fullAt`. That instant is all there is to know of a
 * bucket, so several instances can share one by it. Source: the generic cell rate algorithm, ITU-T I.371.
 */
export function takeToken(fullAt: number, rate: Rate, now: number): Taken {
  const next = Math.max(fullAt, now) + msPerToken(rate);
  const waitMs = next - now - rate.burst * msPerToken(rate);
  // Sums of fractions are off by a tiny part of a ms.
  return waitMs > 1e-3 ? { kind: "empty", waitMs } : { kind: "taken", fullAt: next };
}

export type TokenBucketDeps = Rate & { readonly now: () => number };

/** Bounds how often something is done: `take` gives true as long as there is a token, and takes it. */
export function createTokenBucket({ now, ...rate }: TokenBucketDeps): { take(): boolean } {
  let fullAt = Number.NEGATIVE_INFINITY;
  let latest = Number.NEGATIVE_INFINITY;
  return {
    take() {
      // A clock that is put back takes no tokens away.
      latest = Math.max(latest, now());
      const taken = takeToken(fullAt, rate, latest);
      if (taken.kind === "taken") fullAt = taken.fullAt;
      return taken.kind === "taken";
    },
  };
}
