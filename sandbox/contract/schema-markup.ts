import type { Contract, Schema } from "../../tools/contract/contract.ts";
import { escapeHtml, prose, sentence, table } from "./markup.ts";

/** How schemas are shown: in few words where they are used, and as a section of their own where they have a name. */
export function schemaMarkup({ components }: Contract) {
  const names = new Map(Object.entries(components.schemas).map(([name, schema]) => [schema, name]));

  /** A schema in few words, or a link to its section. */
  function inWords(schema: Schema): string {
    const name = names.get(schema);
    return name === undefined ? unnamed(schema) : `<a href="#${name}">${name}</a>`;
  }

  function unnamed(schema: Schema): string {
    const { type, items, anyOf, not } = schema;
    if (not !== undefined) return "absent";
    if ("const" in schema) return `<code>${escapeHtml(JSON.stringify(schema.const))}</code>`;
    if (schema.enum) return schema.enum.map((one) => `<code>${escapeHtml(JSON.stringify(one))}</code>`).join(" | ");
    if (anyOf !== undefined) return anyOf.map(inWords).join(" or ");
    if (items !== undefined) return `array of ${inWords(items)}`;
    return [type ?? "any"].flat().join(" or ");
  }

  function membersOf({ properties = {}, required = [] }: Schema): string {
    const rows = Object.entries(properties).map(([name, member]) => [
      `<code>${escapeHtml(name)}</code>`,
      inWords(member),
      required.includes(name) ? "yes" : "",
      sentence(member.description ?? ""),
    ]);
    return table(["member", "type", "always", ""], rows);
  }

  /** What a schema is made of, its parts with a name as links. */
  function parts(schema: Schema): string {
    const { allOf = [], anyOf = [], oneOf = [] } = schema;
    const all = allOf.map((part) => (names.has(part) ? `<p>All of ${inWords(part)}, and:</p>` : parts(part)));
    const either = oneOf.map((part, i) => `<p>${i === 0 ? "Either" : "or"}:</p>${parts(part)}`);
    const any = anyOf.length > 0 ? [`<p>${unnamed(schema)}</p>`] : [];
    return [membersOf(schema), ...all, ...either, ...any].join("\n");
  }

  function section(name: string, schema: Schema): string {
    const isPlain = !(schema.properties || schema.allOf || schema.anyOf || schema.oneOf);
    return `<section id="${name}"><h3>${name}</h3>
${prose(schema.description ?? "")}
${isPlain ? `<p>${unnamed(schema)}</p>` : parts(schema)}</section>`;
  }

  return { inWords, section };
}
