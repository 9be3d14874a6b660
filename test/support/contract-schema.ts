import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import type { Header, Schema } from "../../tools/contract/contract.ts";

const ajv = new Ajv2020({ allErrors: true, strictTypes: false });
ajv.addFormat("date-time", (text) => !Number.isNaN(Date.parse(text)));

/** What of a value a schema does not allow; of several schemas, what the one that is nearest does not. */
export function breachesOf(schema: Schema, value: unknown): string[] {
  if (ajv.validate(schema, value)) return [];
  if (schema.anyOf !== undefined) {
    const [nearest = []] = schema.anyOf.map((one) => breachesOf(one, value)).sort((a, b) => a.length - b.length);
    return nearest;
  }
  return toldApart(ajv.errors ?? []).map(({ instancePath, message, params }) =>
    `${instancePath} ${message} ${JSON.stringify(params)}`.trim(),
  );
}

/** One wrong member makes every member around it count as one too many, so the deepest of those says most. */
function toldApart(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const others = errors.filter(({ keyword }) => keyword !== "unevaluatedProperties");
  if (others.length > 0) return others;
  const depthOf = ({ instancePath }: ErrorObject) => instancePath.split("/").length;
  const deepest = Math.max(...errors.map(depthOf));
  return errors.filter((error) => depthOf(error) === deepest);
}

/** What of a header's value, or of its absence, the contract does not allow. */
export function headerBreaches(name: string, { required, schema }: Header, value: string | undefined): string[] {
  if (value !== undefined) return breachesOf(schema, value).map((breach) => `the header ${name} ${breach}`);
  return required ? [`the header ${name} is missing`] : [];
}

const closedSchemas = new Map<Schema, Schema>();
/**
 * The schema without room for members that it does not name. Partners are to ignore those, so the contract leaves the room,
 * but whatever this service sends has to be documented.
 */
export function closed(schema: Schema): Schema {
  const made = closedSchemas.get(schema) ?? close(schema);
  closedSchemas.set(schema, made);
  return made;
}

function close(schema: Schema): Schema {
  const { properties, allOf, anyOf } = schema;
  if (anyOf !== undefined && properties === undefined) return { ...schema, anyOf: anyOf.map(closed) };
  const hasMembers = properties !== undefined || allOf !== undefined;
  return { ...closedInside(schema), ...(hasMembers && { unevaluatedProperties: false }) };
}

/** The members' own schemas are closed. The parts of a schema are not, because each of them brings members. */
function closedInside(schema: Schema): Schema {
  const { properties, items, allOf, oneOf } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, closed(member)])),
    }),
    ...(items && { items: closed(items) }),
    ...(allOf && { allOf: allOf.map(closedInside) }),
    ...(oneOf && { oneOf: oneOf.map(closedInside) }),
  };
}
