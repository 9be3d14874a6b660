const beijingOffsetMs = 8 * 60 * 60 * 1000; // China has had no summer time since 1991.

/** The Beijing wall time of an instant (epoch milliseconds), as `yyyy-MM-dd HH:mm:ss`. */
export function toBeijingTime(epochMs: number): string {
  const iso = new Date(epochMs + beijingOffsetMs).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

/** The instant (epoch milliseconds) of a Beijing `yyyy-MM-dd HH:mm:ss`, or null when the text is not such a time. */
export function fromBeijingTime(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return null;
  const epochMs = Date.parse(`${text.replace(" ", "T")}+08:00`);
  // Date.parse rolls 30 February over into March; so a time that prints differently is not a time.
  return Number.isNaN(epochMs) || toBeijingTime(epochMs) !== text ? null : epochMs;
}

/** The instant (epoch milliseconds) of the header's 14 digits `yyyyMMddHHmmss`, Beijing time, or null. */
export function fromBeijingDigits(text: string): number | null {
  if (!/^\d{14}$/.test(text)) return null;
  return fromBeijingTime(text.replace(/^(....)(..)(..)(..)(..)(..)$/, "$1-$2-$3 $4:$5:$6"));
}
