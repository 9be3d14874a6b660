/** A source that is read ahead of whoever takes from it. */
export interface ReadAhead<T> {
  /** The next item, each to one taker; undefined at the end. Rejects, for whoever takes from then on, when reading failed. */
  take(): Promise<T | undefined>;
  /** Reads no further, and is done when what was being read has come. */
  close(): Promise<void>;
}

/**
 * Keeps up to `ahead` items of a source at hand, so that many takers at once do not all wait while it fetches its next page.
 */
export function readAhead<T>(source: AsyncIterator<T, unknown, void>, ahead: number): ReadAhead<T> {
  const atHand: T[] = [];
  const takers: { resolve(item: T | undefined): void; reject(error: unknown): void }[] = [];
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  let resume = () => {};

  async function read(): Promise<void> {
    while (!ended) {
      if (atHand.length >= ahead) {
        await new Promise<void>((resolve) => {
          resume = resolve;
        });
        continue;
      }
      const { value, done } = await source.next();
      if (done) break;
      const taker = takers.shift();
      if (taker === undefined) atHand.push(value);
      else taker.resolve(value);
    }
  }
  const reading = read()
    .catch((error: unknown) => {
      failure = { error };
    })
    .finally(() => {
      ended = true;
      for (const { resolve, reject } of takers.splice(0)) {
        if (failure === undefined) resolve(undefined);
        else reject(failure.error);
      }
    });

  return {
    async take() {
      const item = atHand.shift();
      resume();
      if (item !== undefined) return item;
      if (failure !== undefined) throw failure.error;
      if (ended) return undefined;
      return await new Promise((resolve, reject) => takers.push({ resolve, reject }));
    },
    async close() {
      ended = true;
      resume();
      await reading;
    },
  };
}
