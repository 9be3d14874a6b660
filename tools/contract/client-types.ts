import type { Contract, Schema } from "./contract.ts";

/** The schemas that a client of this service sends and reads. Any other one is written out where it is used. */
const clientSchemas = [
  "WatchedRefund",
  "RefundQuestion",
  "Recheck",
  "AnswerMembers",
  "RefundAnswer",
  "WrongField",
  "Product",
  "RegisteredRefund",
  "RefusedRefund",
  "WatchResult",
  "WatchAnswer",
  "ChangesQuestion",
  "ChangesAnswer",
  "EventData",
  "EventContent",
  "RefundEvent",
];

/** The types of the TypeScript client, as text that is still to be formatted. */
export function clientTypes({ components: { schemas } }: Contract): string {
  const named = clientSchemas.map((name) => [name, schemas[name] ?? {}] as const);
  const names = new Map(named.map(([name, schema]) => [schema, name]));

  function typeOf(schema: Schema): string {
    return names.get(schema) ?? writtenOut(schema);
  }

  function writtenOut(schema: Schema): string {
    const { type, properties, allOf, anyOf, oneOf, not } = schema;
    if (not !== undefined) return "never";
    if ("const" in schema) return JSON.stringify(schema.const);
    if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
    if (anyOf !== undefined) return anyOf.map(typeOf).join(" | ");
    const parts = [
      ...(allOf ?? []).map(typeOf),
      ...(properties ? [membersOf(schema)] : []),
      ...(oneOf ? [`(${oneOf.map(typeOf).join(" | ")})`] : []),
    ];
    if (parts.length > 0) return parts.join(" & ");
    return [type ?? "unknown"]
      .flat()
      .map((one) => plainType(one, schema))
      .join(" | ");
  }

  function membersOf({ properties = {}, required = [] }: Schema): string {
    const members = Object.entries(properties).map(([name, member]) => {
      const type = typeOf(member);
      const isThere = required.includes(name);
      const orAbsent = isThere || type === "never" ? "" : " | undefined";
      // A type of its own says what it is.
      const said = names.has(member) ? "" : comment(member);
      return `${said}readonly ${name}${isThere ? "" : "?"}: ${type}${orAbsent};`;
    });
    return `{\n${members.join("\n")}\n}`;
  }

  function plainType(type: string, { items = {} }: Schema): string {
    if (type === "integer") return "number";
    if (type === "array") return `readonly (${typeOf(items)})[]`;
    return type;
  }

  const types = named.map(([name, schema]) => `${comment(schema)}export type ${name} = ${writtenOut(schema)};\n`);
  return `// Made from docs/openapi.yaml by \`npm run contract\`.\n\n${types.join("\n")}`;
}

function comment({ description }: Schema): string {
  return description === undefined ? "" : `/** ${description.trim()} */\n`;
}
