import { describe, expect, test } from "vitest";
import { changeOf, isResultOf } from "../../shared/aws/update.ts";

const key = { pk: { S: "P" } };

describe("an update", () => {
  test("names what changes and nothing else", () => {
    const before = { same: "a", number: 1, set: ["x", "y"], longer: ["x"], gone: "b", never: undefined };
    const after = { same: "a", number: 2, set: ["y", "x"], longer: ["x", "z"], fresh: "c", never: undefined };
    expect(changeOf(key, before, after)).toEqual({
      key,
      expression: "SET #number = :number, #longer = :longer, #fresh = :fresh REMOVE #gone",
      names: { "#number": "number", "#longer": "longer", "#gone": "gone", "#fresh": "fresh" },
      values: { ":number": { N: "2" }, ":longer": { SS: ["x", "z"] }, ":fresh": { S: "c" } },
    });
  });

  test("sets alone, removes alone, or does neither", () => {
    expect(changeOf(key, {}, { a: 1, b: 2 }).expression).toBe("SET #a = :a, #b = :b");
    expect(changeOf(key, { a: 1, b: 2 }, {})).toMatchObject({ expression: "REMOVE #a, #b", values: {} });
    expect(changeOf(key, { a: 1 }, { a: 1 })).toMatchObject({ expression: "", names: {}, values: {} });
  });

  test("takes a text for another value than a set or a number that looks alike", () => {
    expect(changeOf(key, { a: "1", b: "x" }, { a: 1, b: ["x"] }).expression).toBe("SET #a = :a, #b = :b");
    expect(changeOf(key, { a: ["x", "y"] }, { a: ["x", "z"] }).expression).toBe("SET #a = :a");
    expect(changeOf(key, { a: ["x", "y"] }, { a: ["x"] }).expression).toBe("SET #a = :a");
  });
});

describe("an item on record is the result of a write", () => {
  const item = { a: { S: "1" }, b: { SS: ["x", "y"] }, newer: { S: "z" } };

  test("that has made every attribute as it is, and those of a newer version do not count", () => {
    expect(isResultOf(item, { a: "1", b: ["y", "x"], c: undefined })).toBe(true);
  });

  test.each([{ a: "2" }, { a: "1", b: ["x"] }, { a: "1", b: undefined }, { a: 1 }, { a: "1", c: "3" }])(
    "but not of one that would have made another: %j",
    (written) => {
      expect(isResultOf(item, written)).toBe(false);
    },
  );
});
