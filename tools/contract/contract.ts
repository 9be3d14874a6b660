import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** The part of JSON Schema 2020-12 that the contract uses. */
export type Schema = {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
};
export type Example = { readonly summary: string; readonly value: unknown };
export type Content = Readonly<
  Record<string, { readonly schema: Schema; readonly examples: Readonly<Record<string, Example>> }>
>;
export type Header = {
  readonly description: string;
  readonly required?: boolean;
  readonly schema: Schema;
  readonly example: string;
};
export type Parameter = Header & { readonly name: string };
export type RequestBody = { readonly description?: string; readonly required: boolean; readonly content: Content };
export type Answer = {
  readonly description: string;
  readonly headers?: Readonly<Record<string, Header>>;
  readonly content?: Content;
};
export type Operation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody: RequestBody;
  readonly responses: Readonly<Record<string, Answer>>;
};
type Operations = Readonly<Record<string, { readonly post: Operation }>>;
/** The contract with partners, each reference in the place of which it speaks: what is referred to twice is one object. */
export type Contract = {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly variables: { readonly baseUrl: { readonly default: string } } }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Operations;
  readonly webhooks: Operations;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, { readonly description: string }>>;
    readonly responses: Readonly<Record<string, Answer>>;
    readonly schemas: Readonly<Record<string, Schema>>;
  };
};

/** The file that everything about the contract is made from. */
export const contractFile = join(import.meta.dirname, "../../docs/openapi.yaml");

export function readContract(): Contract {
  return dereference(parse(readFileSync(contractFile, "utf8"))) as Contract;
}

/** A document whose local references are replaced by what they name. They must not form a circle. */
function dereference(document: unknown): unknown {
  const done = new Map<object, unknown>();
  const walk = (node: unknown): unknown => {
    if (typeof node !== "object" || node === null) return node;
    if ("$ref" in node) return walk(partOf(document, String(node.$ref)));
    const walked =
      done.get(node) ??
      (Array.isArray(node)
        ? node.map(walk)
        : Object.fromEntries(Object.entries(node).map(([name, value]) => [name, walk(value)])));
    done.set(node, walked);
    return walked;
  };
  return walk(document);
}

/** What `#/a/b` names. */
function partOf(document: unknown, reference: string): unknown {
  const [, ...names] = reference.split("/");
  return names.reduce((node, name) => (node as Record<string, unknown>)[name], document);
}
