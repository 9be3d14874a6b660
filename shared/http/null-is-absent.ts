import * as z from "zod/mini";

/** The schema of an object, for which a member that is `null` is the same as one that is absent. */
export function nullIsAbsent<Schema extends z.ZodMiniType>(schema: Schema) {
  return z.pipe(z.transform(withoutNulls), schema as z.ZodMiniType<z.output<Schema>, unknown>);
}

function withoutNulls(json: unknown): unknown {
  const isObject = typeof json === "object" && json !== null && !Array.isArray(json);
  if (!isObject || !Object.values(json).includes(null)) return json;
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null));
}
