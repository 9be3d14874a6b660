import { Ajv2020 } from "ajv/dist/2020.js";
import type { Header, Schema } from "../../tools/contract/contract.ts";

const ajv = new Ajv2020({ allErrors: true, strictTypes: false });
ajv.addFormat("date-time", (text) => !Number.isNaN(Date.parse(text)));

/** What of a value a schema does not allow. */
export function breachesOf(schema: Schema, value: unknown): string[] {
  const validate = ajv.compile(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    `${instancePath} ${message} ${JSON.stringify(params)}`.trim(),
  );
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
