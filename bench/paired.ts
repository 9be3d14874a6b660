/** What repeated runs of one thing gave. */
export type Spread = { readonly min: number; readonly median: number; readonly max: number };

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
  return { min: at(0), median: at(0.5), max: at(1) };
}

export function medianOf(values: readonly number[]): number {
  return spreadOf(values).median;
}

/**
 * Runs every candidate once a round, each round beginning with another one, so that what the machine does beside falls on all
 * alike; a first round warms files and caches up and is thrown away. Compare within a round: its quotients are steadier
 * than its times.
 */
export async function pairedRuns<Name extends string, Result>(
  rounds: number,
  candidates: Readonly<Record<Name, () => Promise<Result>>>,
): Promise<Record<Name, Result[]>> {
  const names = Object.keys(candidates) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as Result[]])) as Record<Name, Result[]>;
  for (let round = 0; round <= rounds; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(round + i) % names.length] as Name;
      const result = await candidates[name]();
      if (round > 0) results[name].push(result);
    }
  }
  return results;
}
