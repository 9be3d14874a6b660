export type WorkerPoolDeps<Item, Result> = {
  /** Items that are worked on at once. */
  readonly concurrency: number;
  /** Only so many workers begin; the others wait for `allBegin`. */
  readonly firstWorkers: number;
  /** Resolves when all workers may begin. */
  readonly allBegin: Promise<void>;
  /** The next item, or undefined at the end. */
  readonly take: () => Promise<Item | undefined>;
  /** The work itself; undefined where it came to nothing. Must not reject. */
  readonly work: (item: Item) => Promise<Result | undefined>;
  /** What is done with a result while the worker goes on to the next item. Must not reject. */
  readonly finish: (item: Item, result: Result) => Promise<void>;
};

/**
 * Works on items with a number of workers until there are none, and until all results are finished.
 * @throws what `take` rejects with, once everything taken is finished
 */
export async function runWorkers<Item, Result>(deps: WorkerPoolDeps<Item, Result>): Promise<void> {
  const { concurrency, firstWorkers, allBegin, take, work, finish } = deps;
  const finishing = new Set<Promise<void>>();

  async function run(worker: number): Promise<void> {
    if (worker >= firstWorkers) await allBegin;
    for (let item = await take(); item !== undefined; item = await take()) {
      const result = await work(item);
      if (result === undefined) continue;
      const done: Promise<void> = finish(item, result).finally(() => finishing.delete(done));
      finishing.add(done);
      if (finishing.size > concurrency) await Promise.race(finishing);
    }
  }

  const ended = await Promise.allSettled(Array.from({ length: concurrency }, (_, worker) => run(worker)));
  await Promise.all(finishing);
  for (const end of ended) if (end.status === "rejected") throw end.reason;
}
