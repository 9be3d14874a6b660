/** `npm run contract`: makes the client's types and the collection for Postman and Apifox from docs/openapi.yaml. */

import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import { createProgram, type RunCommandLine, runProgram } from "../command-line.ts";
import { runAsProcess } from "../run-as-process.ts";
import { generatedFiles } from "./generated-files.ts";

const runContract: RunCommandLine = async (args, io) => {
  const program = createProgram("npm run contract --", io, ["npm run contract"])
    .description("Makes the client's types and the collection for Postman and Apifox from docs/openapi.yaml.")
    .action(() => {
      for (const [file, text] of generatedFiles()) {
        writeFileSync(file, text);
        io.stdout.write(`${relative(process.cwd(), file)}\n`);
      }
    });
  await runProgram(program, args, io);
};

await runAsProcess(runContract);
