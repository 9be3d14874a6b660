/** `npm run contract`: makes the client's types and the collection for Postman and Apifox from docs/openapi.yaml. */

import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import { generatedFiles } from "./generated-files.ts";

for (const [file, text] of generatedFiles()) {
  writeFileSync(file, text);
  process.stdout.write(`${relative(process.cwd(), file)}\n`);
}
