import { readCompactBeijingTime } from "../chinaums/beijing-time.ts";

/** How far a Timestamp may be from now, in ms. */
const windowMs = 5 * 60_000;

/** True for 14 digits of Beijing time that are near enough to `now` (epoch ms). */
export function isNearNow(timestamp: string, now: number): boolean {
  const signedAt = readCompactBeijingTime(timestamp);
  return signedAt !== undefined && Math.abs(now - signedAt) <= windowMs;
}
