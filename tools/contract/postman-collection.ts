import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Contract, Operation } from "./contract.ts";

export const collectionFile = join(import.meta.dirname, "../../docs/postman-collection.json");
const signingScript = join(import.meta.dirname, "sign-in-postman.js");

/** The contract as a collection for Postman and Apifox, format 2.1: every example of a request, signed as it is sent. */
export function postmanCollection({ info, tags, paths, servers }: Contract): object {
  const itemsOf = (tag: string) =>
    Object.entries(paths).flatMap(([path, { post }]) => (post.tags.includes(tag) ? requestItems(path, post) : []));
  return {
    info: {
      name: info.title,
      description: info.description,
      schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    variable: [
      { key: "baseUrl", value: servers[0]?.variables.baseUrl.default },
      { key: "appId", value: "" },
      { key: "appKey", value: "" },
    ],
    event: [
      {
        listen: "prerequest",
        script: { type: "text/javascript", exec: readFileSync(signingScript, "utf8").trimEnd().split("\n") },
      },
    ],
    item: tags.map(({ name, description }) => ({ name, description, item: itemsOf(name) })),
  };
}

function requestItems(path: string, operation: Operation): object[] {
  const { summary, description, security, parameters = [], requestBody } = operation;
  const { examples = {} } = requestBody.content["application/json"] ?? {};
  return Object.values(examples).map((example) => ({
    name: `${summary}: ${example.summary}`,
    request: {
      method: "POST",
      description,
      header: [
        { key: "Content-Type", value: "application/json" },
        ...(security === undefined ? [{ key: "Authorization", value: "{{authorization}}" }] : []),
        ...parameters.map(({ name, example: value }) => ({ key: name, value, disabled: true })),
      ],
      url: { raw: `{{baseUrl}}${path}`, host: ["{{baseUrl}}"], path: path.slice(1).split("/") },
      body: { mode: "raw", raw: bodyOf(example.value), options: { raw: { language: "json" } } },
    },
  }));
}

/** Members that differ in each request, by the variables that the script sets. */
const variables: Readonly<Record<string, string>> = {
  requestTimestamp: "{{requestTimestamp}}",
  appId: "{{appId}}",
  timestamp: "{{timestamp}}",
  nonce: "{{nonce}}",
  signature: "{{tokenSignature}}",
};

function bodyOf(value: unknown): string {
  return JSON.stringify(value, (name, member: unknown) => variables[name] ?? member, 2);
}
