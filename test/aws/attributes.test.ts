import fc from "fast-check";
import { expect, test } from "vitest";
import { fromItem, toItem } from "../../shared/aws/attributes.ts";

test("what is written is what is read", () => {
  const value = fc.oneof(
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.uniqueArray(fc.string(), { minLength: 1 }),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]+$/), value), (attributes) => {
      expect(fromItem(toItem(attributes))).toEqual({ ...attributes });
    }),
  );
});

test("what is undefined is not written", () => {
  expect(toItem({ a: "1", b: undefined, c: 2, d: ["x"] })).toEqual({
    a: { S: "1" },
    c: { N: "2" },
    d: { SS: ["x"] },
  });
});

test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [[] as string[]]])("%s cannot be stored", (value) => {
  expect(() => toItem({ a: value })).toThrow("the attribute a cannot be stored");
});

test("an attribute of a kind that is not this project's is left out", () => {
  expect(fromItem({ a: { S: "1" }, b: { BOOL: true }, c: { M: {} } })).toEqual({ a: "1" });
});
