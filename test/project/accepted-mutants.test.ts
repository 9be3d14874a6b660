import { expect, test } from "vitest";
import { staleEntries } from "../mutants/accepted.ts";

test("each accepted survivor is a change that can still be made, so that the list names no code that is gone", () => {
  expect(staleEntries()).toEqual([]);
});
