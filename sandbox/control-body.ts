import type * as z from "zod";

export type WrongBody = {
  readonly error: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
};

/** Reads the body of a control request. What is wrong is said once, with the name of every wrong field. */
export function readControlBody<Read>(
  body: Buffer,
  schema: z.ZodType<Read>,
): { readonly read: Read; readonly wrong?: never } | { readonly wrong: WrongBody } {
  let json: unknown;
  try {
    json = JSON.parse(body.toString("utf8"));
  } catch {
    return { wrong: { error: "The body is not JSON." } };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { read: parsed.data };
  const errors = parsed.error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({ field: fieldName([...issue.path, key]), message: "There is no such member." }))
      : [{ field: fieldName(issue.path), message: issue.message }],
  );
  return { wrong: { error: `Wrong fields: ${errors.map(({ field }) => field).join(", ")}`, errors } };
}

function fieldName(path: readonly PropertyKey[]): string {
  const parts = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`));
  return parts.join("").slice(1) || "body";
}
