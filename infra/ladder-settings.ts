import * as z from "zod";
import { parseLadder } from "../shared/refund/recheck-ladder.ts";

/** Read by the functions' own parser, so that a wrong ladder is reported in the same words. */
export const ladder = z.string().check(({ value, issues }) => {
  try {
    parseLadder(value);
  } catch (error) {
    issues.push({ code: "custom", input: value, message: error instanceof Error ? error.message : String(error) });
  }
});

/** One wait, in the form of a ladder's step. */
const wait = ladder.refine((text) => /^\d+[smhd]$/.test(text), { error: "one wait, such as 90m or 30h" });

/** A function's whole environment holds 4 KB. */
const mostCharacters = 2_500;
const byProduct = (value: typeof wait) =>
  z
    .record(z.string().regex(/^(systemId=)?[\w.-]{1,32}$/, "an instMid, or systemId=…"), value)
    .refine((texts) => JSON.stringify(texts).length <= mostCharacters, {
      error: `${mostCharacters} characters in all`,
    });

export const ladders = byProduct(ladder);
export const waits = byProduct(wait);
