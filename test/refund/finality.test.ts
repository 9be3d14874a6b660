import { expect, test } from "vitest";
import { provenOutcome } from "../../shared/refund/finality.ts";

const proof = { httpOk: true, answered: true, aboutThisRefund: true, outcome: "succeeded" } as const;

test("the four parts together prove an outcome", () => {
  expect(provenOutcome(proof)).toBe("succeeded");
  expect(provenOutcome({ ...proof, outcome: "failed" })).toBe("failed");
});

test.each(["httpOk", "answered", "aboutThisRefund"] as const)("without %s nothing is proven", (part) => {
  expect(provenOutcome({ ...proof, [part]: false })).toBeUndefined();
});

test("without an outcome nothing is proven, and no single part proves anything", () => {
  const nothing = { httpOk: false, answered: false, aboutThisRefund: false, outcome: "succeeded" } as const;
  expect(provenOutcome({ ...proof, outcome: undefined })).toBeUndefined();
  for (const part of ["httpOk", "answered", "aboutThisRefund"] as const) {
    expect(provenOutcome({ ...nothing, [part]: true })).toBeUndefined();
  }
});
