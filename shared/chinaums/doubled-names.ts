type JsonObject = Readonly<Record<string, unknown>>;

/** A string, with the colon that makes it a name, or a bracket. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}[\]]/g;

/**
 * Finds names that stand twice in one JSON object, because `JSON.parse` hides them: it keeps the last. It searches for `names`
 * in the outer object, and in its member `data` where the answer is in there. A second `data` counts as well.
 */
export function createHasDoubledName(names: readonly string[]) {
  const all = [...names, "data"];
  const watched = new Set(all);
  const quoted = new RegExp(`"(?:${all.join("|")})"`, "g");

  /** A quick look. Without an escape, a name that an object has once stands once in the text. */
  function mayBeDoubled(text: string, outer: JsonObject, answer: JsonObject): boolean {
    if (text.includes("\\")) return true;
    let surplus = 0;
    quoted.lastIndex = 0;
    while (quoted.test(text)) surplus++;
    for (const name of all) {
      if (outer[name] !== undefined) surplus--;
      if (answer !== outer && answer[name] !== undefined) surplus--;
    }
    return surplus !== 0;
  }

  /** `text` is the JSON of `outer`; `answer` is `outer` itself or its member `data`. */
  return function hasDoubledName(text: string, outer: JsonObject, answer: JsonObject): boolean {
    return mayBeDoubled(text, outer, answer) && findsDoubled(text, watched, answer !== outer);
  };
}

function findsDoubled(text: string, watched: ReadonlySet<string>, isInData: boolean): boolean {
  const outside = new Set<string>();
  const inData = new Set<string>();
  let depth = 0;
  let outerName: string | undefined;
  for (const [token, colon] of text.matchAll(tokens)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (colon !== undefined) {
      const name = String(JSON.parse(token.slice(0, -colon.length)));
      if (depth === 1) outerName = name;
      const isOfData = isInData && depth === 2 && outerName === "data" && name !== "data";
      const seen = depth === 1 ? outside : isOfData ? inData : undefined;
      if (seen === undefined || !watched.has(name)) continue;
      if (seen.has(name)) return true;
      seen.add(name);
    }
  }
  return false;
}
