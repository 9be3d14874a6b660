/** China has kept UTC+8 all year since 1991, so wall time is an offset and the process's own zone plays no part. */
const offsetMs = 8 * 3_600_000;

function wallClock(epochMs: number): string {
  return new Date(epochMs + offsetMs).toISOString();
}

/** `20170101120000`: the Timestamp of an Authorization header, Beijing time. */
export function compactBeijingTime(epochMs: number): string {
  return wallClock(epochMs).slice(0, 19).replace(/\D/g, "");
}

/** `2017-01-01 12:00:00`: the requestTimestamp of a body, Beijing time. */
export function dashedBeijingTime(epochMs: number): string {
  return wallClock(epochMs).slice(0, 19).replace("T", " ");
}

/** Epoch ms of `20170101120000` in Beijing, or undefined where that is not 14 digits of a moment that exists. */
export function readCompactBeijingTime(text: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text) ?? [];
  const epochMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`);
  // Date.parse rolls 30 February over into March; a moment that does not come back as written does not exist.
  return Number.isNaN(epochMs) || compactBeijingTime(epochMs) !== text ? undefined : epochMs;
}
