import { createInterface } from "node:readline";
import type { Command } from "commander";
import type { CommandIo } from "../tools/command-line.ts";
import { type Deployment, tableOf } from "./deployment.ts";
import { exportRefunds } from "./export-refunds.ts";
import { importRefunds } from "./import-refunds.ts";
import { print, printLines } from "./print.ts";

/** `npm run refunds -- export` and `import`. */
export function addCopyCommands(program: Command, io: CommandIo): void {
  program
    .command("export")
    .description("prints every refund with its answers, as lines of JSON")
    .action(async (_, command: Command) => {
      await printLines(io, exportRefunds(await tableOf(command.optsWithGlobals<Deployment>())));
    });

  program
    .command("import")
    .description("reads such lines from standard input; writes over nothing that is as new or final")
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<Deployment & { readonly json?: boolean }>();
      const imported = await importRefunds({
        ...(await tableOf(options)),
        lines: createInterface({ input: io.stdin }),
      });
      const { written, kept } = imported;
      const forPeople = `${written} items written; ${kept} are on record already, as new or newer`;
      print(io, options, { forPeople, forPrograms: imported });
    });
}
