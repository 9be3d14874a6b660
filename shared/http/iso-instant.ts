/** An instant, given in epoch ms, as partners see it: ISO 8601 in UTC; null where there is none. */
export function isoInstant(epochMs: number): string;
export function isoInstant(epochMs: number | undefined): string | null;
export function isoInstant(epochMs: number | undefined): string | null {
  return epochMs === undefined ? null : new Date(epochMs).toISOString();
}

const instantForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i;

/** The instant (epoch ms) of a text in ISO 8601 with an offset; undefined for any other text. */
export function readInstant(text: string): number | undefined {
  const epochMs = instantForm.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
