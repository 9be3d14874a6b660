import type { Command } from "commander";
import { type CommandIo, createProgram, type RunCommandLine, required, runProgram } from "../tools/command-line.ts";
import {
  addPartner,
  listPartners,
  recoveryDays,
  removePartner,
  retireKey,
  rotateKey,
} from "../tools/partner-secrets.ts";
import { removeWebhookIfAny } from "../tools/webhook-secrets.ts";
import { addDeploymentOptions, partnerSecretsOf, webhookSecretsOf } from "./deployment.ts";
import { formatHistory, historyJson } from "./format-history.ts";
import { partnerDelay, printCredentials, printPartners } from "./format-partner.ts";
import { openPartnerAudit } from "./partner-audit.ts";
import { changeCommand, type PartnerOptions } from "./partner-change.ts";
import { addPermissionCommands } from "./partner-permissions.ts";
import { addWebhookCommands } from "./partner-webhook.ts";
import { print } from "./print.ts";

const examples = [
  "npm run partner -- add --id acme --mid 898310148160568,898310148160569",
  "npm run partner -- rotate --id acme --stage prod --region eu-west-1",
  "npm run partner -- retire --id acme",
  "npm run partner -- remove --id acme",
  "npm run partner -- allow --id acme --token",
  "npm run partner -- disallow --id acme --chinaums-statuses",
  "npm run partner -- share --id acme --per-second 50 --burst 250",
  "npm run partner -- share --id acme --default",
  "npm run partner -- history --id acme",
  "npm run partner -- list --json",
  "npm run partner -- webhook set --id acme --url https://acme.example.com/refunds",
  "npm run partner -- webhook test --id acme",
];

/** `npm run partner -- …`. */
export const runPartner: RunCommandLine = async (args, io) => {
  const program = addDeploymentOptions(createProgram("npm run partner --", io, examples))
    .description("Adds and removes partners, and replaces their keys.")
    .option("--json", "prints JSON and nothing else, for programs");
  addLifeCommands(program, io);
  addPermissionCommands(program, io);
  addReadCommands(program, io);
  addWebhookCommands(program, io);
  await runProgram(program, args, io);
};

type AddOptions = { readonly mid: readonly string[] };

function addLifeCommands(program: Command, io: CommandIo): void {
  const change = changeCommand(program, io);
  const add = change<AddOptions>(
    "add",
    "lets a new partner in; prints its AppId and AppKey, once",
    async (where, { id, mid }, more) => {
      // The shell splits `--mid A, B` into an option and one more word.
      const mids = [...mid, ...more].flatMap((text) => text.split(",")).map((one) => one.trim());
      return printCredentials(await addPartner(where, id, mids.filter(Boolean)), "It is valid from now on.");
    },
  )
    .option("--mid <mid...>", "its merchants")
    .argument("[mids...]");
  required(add, "--mid");
  change("rotate", "gives it another key; both are valid until the old one is retired", async (where, { id }) => {
    return printCredentials(await rotateKey(where, id), "The old AppKey stays valid until it is retired.");
  });
  change("retire", "ends the old key, once the partner uses the new one", async (where, { id }) => {
    await retireKey(where, id);
    return { forPeople: `The old key of ${id} ends ${partnerDelay}.`, forPrograms: { partnerId: id, keys: 1 } };
  });
  change("remove", "shuts the partner out; its refunds stay and are still checked", async (where, options) => {
    const { id } = options;
    // First the webhook, so that no other partner of this name can ever get what was meant for this one.
    await removeWebhookIfAny(webhookSecretsOf(options), id);
    await removePartner(where, id);
    const forPeople = `${id} is shut out ${partnerDelay}. Its secret can be restored for ${recoveryDays} days.`;
    return { forPeople, forPrograms: { partnerId: id, recoveryDays } };
  });
}

function addReadCommands(program: Command, io: CommandIo): void {
  required(program.command("history").option("--id <name>", "the partner"), "--id")
    .description("who has changed the partner, and when")
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<PartnerOptions>();
      const changes = await (await openPartnerAudit(options, io)).read(options.id);
      print(io, options, { forPeople: formatHistory(changes), forPrograms: changes.map(historyJson) });
    });
  program
    .command("list")
    .description("all partners, without keys")
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<PartnerOptions>();
      print(io, options, printPartners(await listPartners(partnerSecretsOf(options))));
    });
}
