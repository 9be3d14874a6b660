import { describe, expect, test } from "vitest";
import { refundOfPk, refundPk } from "../../shared/aws/keys.ts";
import { productMembers, productOf } from "../../shared/refund/product.ts";

describe("the product of a refund", () => {
  test.each([{ instMid: "APPDEFAULT" }, { instMid: "systemId" }, { systemId: "XYZ-1" }, { systemId: "systemId" }])(
    "comes back by the member that it was named by: %j",
    (members) => {
      expect(productMembers(productOf(members))).toEqual(members);
    },
  );

  test("is never the same by an instMid and by a systemId, in an identity and in the key of an item", () => {
    const identity = { mid: "898310148160568", merOrderId: "R#1-0001" };
    const products = [
      productOf({ instMid: "XYZ" }),
      productOf({ systemId: "XYZ" }),
      productOf({ instMid: "systemId" }),
    ];
    expect(new Set(products).size).toBe(3);
    for (const instMid of products) {
      expect(refundOfPk(refundPk({ ...identity, instMid }))).toEqual({ ...identity, instMid });
    }
  });
});
