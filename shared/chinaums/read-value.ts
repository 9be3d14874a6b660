/** A text member. A whole number is read as its digits; anything else counts as absent. */
export function text(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/** A number of a fixed length. One that came as a JSON number has lost its leading zeros, and gets them back. */
export function textOfLength(length: number): (value: unknown) => string | undefined {
  return (value) => (typeof value === "number" ? text(value)?.padStart(length, "0") : text(value));
}

/** An amount in fen, as a JSON number or as a string of digits. Anything but an exact integer counts as absent. */
export function fen(value: unknown): number | undefined {
  const amount = typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(amount) ? (amount as number) : undefined;
}
