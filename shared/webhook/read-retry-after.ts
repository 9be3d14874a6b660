/** No receiver can put a delivery off for longer with one answer. */
const maxRetryAfterMs = 24 * 3_600_000;

/**
 * The wait that a `Retry-After` header asks for, in ms, at most a day: a number of seconds or an HTTP date. Undefined for a
 * header that is absent, past or malformed. Source: RFC 9110 §10.2.3.
 */
export function readRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? "";
  // Every HTTP date begins with a day of the week. Date.parse alone would read many more texts as dates.
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) - now : 0;
  return waitMs > 0 ? Math.min(waitMs, maxRetryAfterMs) : undefined;
}
