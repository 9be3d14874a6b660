import { describe, expect, test } from "vitest";
import { answerMembers, readMembers } from "../../shared/chinaums/refund-query/answer-fields.ts";
import { changesPath, queryPaths, tokenPaths, watchPath } from "../../shared/names.ts";
import type { Content, Header, Schema } from "../../tools/contract/contract.ts";
import { contract } from "../support/contract.ts";
import { breachesOf, closed, headerBreaches } from "../support/contract-schema.ts";

const operations = Object.values({ ...contract.paths, ...contract.webhooks }).map(({ post }) => post);
const answers = [...new Set(operations.flatMap(({ responses }) => Object.values(responses)))];
const contents: Content[] = [
  ...operations.map(({ requestBody }) => requestBody.content),
  ...answers.map(({ content = {} }) => content),
];
const headers: (readonly [string, Header])[] = [
  ...answers.flatMap((answer) => Object.entries(answer.headers ?? {})),
  ...operations.flatMap(({ parameters = [] }) => parameters.map((one) => [one.name, one] as const)),
];
const media = [...new Set(contents.flatMap((content) => Object.values(content)))];
const examples = media.flatMap((one) =>
  Object.entries(one.examples).map(([name, { value }]) => ({ ...one, name, value })),
);

test("the paths are those at which partners call", () => {
  const served = [...queryPaths, ...tokenPaths, watchPath, changesPath];
  expect(Object.keys(contract.paths).sort()).toEqual(served.sort());
});

describe("an example", () => {
  test.each(examples)("is as the contract says, without a member that it does not name: $name", ({ schema, value }) => {
    expect(breachesOf(closed(schema), value)).toEqual([]);
  });

  test.each(headers)("of the header %s is one", (name, header) => {
    expect(headerBreaches(name, header, header.example)).toEqual([]);
  });

  test("is there for each request and each answer with a body, and for each member", () => {
    expect(media.filter((one) => Object.keys(one.examples).length === 0)).toEqual([]);
    const shown = new Set(examples.flatMap(({ value }) => [...namesIn(value)]));
    const named = new Set(media.flatMap(({ schema }) => [...membersOf(schema)]));
    expect(named.size).toBeGreaterThan(60);
    expect([...named].filter((name) => !shown.has(name))).toEqual([]);
  });
});

/** The names of all members of a value, however deep. */
function namesIn(value: unknown): Set<string> {
  const names = new Set<string>();
  JSON.stringify(value, (name, member: unknown) => {
    names.add(name);
    return member;
  });
  return names;
}

/** The names of all members that a schema has, however deep. */
function membersOf({ properties = {}, items, allOf = [], anyOf = [], oneOf = [] }: Schema): Set<string> {
  const inside = [...Object.values(properties), ...(items ? [items] : []), ...allOf, ...anyOf, ...oneOf];
  const own = Object.entries(properties).flatMap(([name, { not }]) => (not ? [] : [name]));
  return new Set([...own, ...inside.flatMap((part) => [...membersOf(part)])]);
}

describe("the members of ChinaUMS's answer", () => {
  const documented = contract.components.schemas.AnswerMembers?.properties ?? {};

  test("are those that are read and shown", () => {
    expect(Object.keys(documented).sort()).toEqual([...answerMembers].sort());
  });

  test("are texts and amounts, as they are read", () => {
    const read = readMembers(Object.fromEntries(answerMembers.map((name) => [name, "1"])));
    const types = Object.entries(read).map(([name, value]) => [name, typeof value === "number" ? "integer" : "string"]);
    expect(Object.fromEntries(Object.entries(documented).map(([name, { type }]) => [name, type]))).toEqual(
      Object.fromEntries(types),
    );
  });
});
