/** A filter of an event source mapping: at each leaf a list of values, one of which must be there. */
export type Pattern = { readonly [member: string]: Pattern | readonly unknown[] };

/**
 * True if a record passes a filter. Known are values and `{"prefix": …}`, which is all that the deployment uses.
 * Source: AWS Lambda, "Control which events Lambda sends to your function".
 */
export function matchesPattern(pattern: Pattern, record: unknown): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    const value = (record as Record<string, unknown> | undefined)?.[name];
    return isList(wanted) ? wanted.some((rule) => matchesRule(rule, value)) : matchesPattern(wanted, value);
  });
}

function isList(wanted: Pattern | readonly unknown[]): wanted is readonly unknown[] {
  return Array.isArray(wanted);
}

function matchesRule(rule: unknown, value: unknown): boolean {
  if (typeof rule !== "object" || rule === null) return rule === value;
  const { prefix, ...others } = rule as { prefix?: unknown };
  if (typeof prefix !== "string" || Object.keys(others).length > 0) {
    throw new Error(`a filter of ${JSON.stringify(rule)} is not known here`);
  }
  return typeof value === "string" && value.startsWith(prefix);
}
