import * as z from "zod";

/** One action on one resource: what a call needs, or, with wildcards in the resource, what a policy allows. */
export type Right = {
  readonly action: string;
  readonly resource: string;
  /** Partition keys of the items of a table: those that a call touches, or the forms of those that a policy lets it. */
  readonly keys?: readonly string[] | undefined;
};

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

/** A policy of a role as far as it is understood here; what it says beyond that would be misjudged, and is refused. */
export const policySchema = z.strictObject({
  Version: z.literal("2012-10-17"),
  Statement: z.array(
    z.strictObject({
      Sid: z.string().optional(),
      Effect: z.literal("Allow"),
      Action: oneOrMore,
      Resource: oneOrMore,
      Condition: z
        .strictObject({ "ForAllValues:StringLike": z.strictObject({ "dynamodb:LeadingKeys": oneOrMore }) })
        .optional(),
    }),
  ),
});

/** What a policy allows, a right for each action on each resource. @throws where it says what is not understood */
export function rightsIn(policy: unknown): Right[] {
  return policySchema.parse(policy).Statement.flatMap(({ Action, Resource, Condition }) => {
    const keys = Condition?.["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
    return Action.flatMap((action) => Resource.map((resource) => ({ action, resource, keys })));
  });
}

/** Whether a policy that allows `allowed` lets a call pass that needs `needed`. */
export function covers(allowed: Right, needed: Right): boolean {
  const { keys } = allowed;
  const mayKeys = needed.keys?.every((key) => keys?.some((form) => isLike(key, form)) ?? true) ?? true;
  return mayKeys && isLike(needed.action, allowed.action) && isLike(needed.resource, allowed.resource);
}

/** Whether a text has a form with `*` and `?` in it, as policies compare. */
export function isLike(text: string, form: string): boolean {
  const pattern = form
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${pattern}$`, "s").test(text);
}
