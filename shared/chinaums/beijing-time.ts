/** China has kept UTC+8 all year since 1991. The zone of the process plays no part. */
const offsetMs = 8 * 3_600_000;

/** Year, month, day, hour, minute and second in Beijing. Written by hand, because `toISOString` takes three times as long. */
function wallClock(epochMs: number): string[] {
  const wall = new Date(epochMs + offsetMs);
  return [
    String(wall.getUTCFullYear()).padStart(4, "0"),
    twoDigits(wall.getUTCMonth() + 1),
    twoDigits(wall.getUTCDate()),
    twoDigits(wall.getUTCHours()),
    twoDigits(wall.getUTCMinutes()),
    twoDigits(wall.getUTCSeconds()),
  ];
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** `20170101120000`: the Timestamp of an Authorization header, Beijing time. */
export function compactBeijingTime(epochMs: number): string {
  return wallClock(epochMs).join("");
}

/** `2017-01-01 12:00:00`: the requestTimestamp of a body, Beijing time. */
export function dashedBeijingTime(epochMs: number): string {
  const [year, month, day, hour, minute, second] = wallClock(epochMs);
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`;
}

/** Epoch ms of `20170101120000` in Beijing, or undefined where the text is not a moment that exists. */
export function readCompactBeijingTime(text: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text) ?? [];
  const epochMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`);
  // Date.parse takes 30 February for 2 March. A moment that does not come back as written does not exist.
  return Number.isNaN(epochMs) || compactBeijingTime(epochMs) !== text ? undefined : epochMs;
}

/** True for a moment that exists, written as `2017-01-01 12:00:00`. */
export function isDashedBeijingTime(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return false;
  const epochMs = Date.parse(`${text.replace(" ", "T")}+08:00`);
  return !Number.isNaN(epochMs) && dashedBeijingTime(epochMs) === text;
}
