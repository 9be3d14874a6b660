import * as z from "zod";

/** What an event must be like, as far as this project's filters say it: members, exact texts and beginnings of texts. */
export type EventPattern = { readonly [member: string]: EventPattern | readonly Rule[] };
type Rule = z.infer<typeof ruleSchema>;

const ruleSchema = z.union([z.string(), z.strictObject({ prefix: z.string() })]);

/** A pattern with what is not understood here is refused. Source: Lambda, "Filter rule syntax". */
export const eventPatternSchema: z.ZodType<EventPattern> = z.lazy(() =>
  z.record(z.string(), z.union([z.array(ruleSchema).min(1), eventPatternSchema])),
);

/** True if an event has every member of a pattern, and each has one of the values that the pattern names. */
export function matchesPattern(event: unknown, pattern: EventPattern): boolean {
  const members = (typeof event === "object" && event !== null ? event : {}) as Record<string, unknown>;
  return Object.entries(pattern).every(([name, rule]) =>
    isRules(rule) ? rule.some((one) => follows(members[name], one)) : matchesPattern(members[name], rule),
  );
}

function isRules(rule: EventPattern | readonly Rule[]): rule is readonly Rule[] {
  return Array.isArray(rule);
}

function follows(value: unknown, rule: Rule): boolean {
  if (typeof rule === "string") return value === rule;
  return typeof value === "string" && value.startsWith(rule.prefix);
}
