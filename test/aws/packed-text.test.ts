import fc from "fast-check";
import { expect, test } from "vitest";
import { packedText, packText, unpackText } from "../../shared/aws/packed-text.ts";

test("a packed text is read back as it was, whatever it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), (text) => {
      fc.pre(text.isWellFormed());
      expect(unpackText(packText(text))).toBe(text);
    }),
  );
});

test("what repeats itself takes fewer bytes", () => {
  expect(packText("退款成功".repeat(200)).length).toBeLessThan(100);
});

test.each(["not packed", "{}", "AAAA"])("what was not packed is told, and nothing is made of it: %s", (text) => {
  expect(packedText.safeParse(text).success).toBe(false);
});
