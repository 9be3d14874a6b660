import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { expect, test } from "vitest";
import { generatedFiles } from "../../tools/contract/generated-files.ts";

test("the client's types and the collection are those of the contract, as `npm run contract` makes them", () => {
  const files = generatedFiles();
  expect(files.size).toBe(2);
  for (const [file, text] of files) expect(readFileSync(file, "utf8"), relative(process.cwd(), file)).toBe(text);
});
