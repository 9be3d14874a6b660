import type { Command } from "commander";
import { type CommandIo, required } from "../tools/command-line.ts";
import type { PartnerSecrets } from "../tools/partner-secrets.ts";
import { type Deployment, partnerSecretsOf } from "./deployment.ts";
import { openPartnerAudit } from "./partner-audit.ts";
import { type Printed, print } from "./print.ts";

export type PartnerOptions = Deployment & { readonly id: string; readonly json?: boolean };

type Change<More> = (
  where: PartnerSecrets,
  options: PartnerOptions & More,
  more: readonly string[],
) => Promise<Printed>;

/** Adds commands that change one partner and write that down. */
export function changeCommand(program: Command, io: CommandIo) {
  return <More = object>(name: string, what: string, change: Change<More>): Command =>
    required(program.command(name).option("--id <name>", "the partner"), "--id")
      .description(what)
      .action(async (...given) => {
        const command = given.at(-1) as Command;
        const options = command.optsWithGlobals<PartnerOptions & More>();
        const audit = await openPartnerAudit(options, io);
        const where = partnerSecretsOf(options);
        const made = { partnerId: options.id, change: name };
        print(io, options, await audit.record(made, where.client, () => change(where, options, command.args)));
      });
}
