import { expect, test } from "vitest";
import { whyNotReserved } from "../../operate/deploy/concurrency-quota.ts";
import { synthesize } from "../support/synthesis.ts";

const nothing = {};
const reserving = (queryReserved: string, recheckReserved: string) => synthesize({ queryReserved, recheckReserved });
const grown = { quota: 1_000, unreserved: 1_000 };

test("without a reservation any account will do", () => {
  expect(whyNotReserved({ quota: 10, unreserved: 10 }, nothing, synthesize())).toBeUndefined();
});

test("a new account, which has 10, can reserve nothing, and says so with both numbers", () => {
  expect(whyNotReserved({ quota: 10, unreserved: 10 }, nothing, reserving("5", "4"))).toMatch(
    /quota of concurrent executions is 10, of which 10 are not reserved\. 9 more cannot be reserved/,
  );
});

test("a hundred must be left to the other functions", () => {
  expect(whyNotReserved(grown, nothing, reserving("880", "20"))).toBeUndefined();
  expect(whyNotReserved(grown, nothing, reserving("881", "20"))).toMatch(/901 more cannot be reserved/);
});

test("what is kept for telling and for feeds counts too", () => {
  const next = synthesize({ queryReserved: "800", recheckReserved: "20", tellReserved: "45", feedReserved: "36" });
  expect(whyNotReserved(grown, nothing, next)).toMatch(/901 more cannot be reserved/);
});

test("what the stack has reserved already is not counted again", () => {
  const used = { quota: 1_000, unreserved: 100 };
  expect(whyNotReserved(used, reserving("880", "20"), reserving("880", "20"))).toBeUndefined();
  expect(whyNotReserved(used, reserving("880", "20"), reserving("100", "20"))).toBeUndefined();
  expect(whyNotReserved(used, reserving("880", "20"), reserving("881", "20"))).toMatch(/1 more cannot be reserved/);
});
