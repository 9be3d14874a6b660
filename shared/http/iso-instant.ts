/** An instant, given in epoch ms, as partners see it: ISO 8601 in UTC; null where there is none. */
export function isoInstant(epochMs: number): string;
export function isoInstant(epochMs: number | undefined): string | null;
export function isoInstant(epochMs: number | undefined): string | null {
  return epochMs === undefined ? null : new Date(epochMs).toISOString();
}
