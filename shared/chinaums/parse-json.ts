/**
 * The value of a JSON text, or undefined where it is not JSON. Its texts are well-formed, because a lone surrogate can neither
 * be stored nor sent on. Only an escape can bring one, since the bytes were decoded as UTF-8.
 */
export function parseJson(text: string): unknown {
  try {
    return text.includes("\\u") ? JSON.parse(text, toWellFormed) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toWellFormed(_name: string, value: unknown): unknown {
  return typeof value === "string" ? value.toWellFormed() : value;
}
