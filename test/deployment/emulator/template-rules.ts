import { type Known, resolveValue } from "../../../sandbox/stack/resolve-value.ts";
import type { Template } from "./template.ts";

/** @throws an Error with the description of the first rule of the template that does not hold */
export function checkRules({ Rules }: Template, known: Known): void {
  for (const { Assertions } of Object.values(Rules)) {
    for (const { Assert, AssertDescription } of Assertions) {
      if (resolveValue(Assert, known) !== true) throw new Error(AssertDescription);
    }
  }
}
