import { createProgram, type RunCommandLine, runProgram } from "../tools/command-line.ts";
import { addCopyCommands } from "./copy-commands.ts";
import { addDeliveryCommands } from "./delivery-commands.ts";
import { addDeploymentOptions, tableOption } from "./deployment.ts";
import { addListCommand } from "./list-command.ts";
import { addRecheckCommand } from "./recheck-command.ts";
import { addShowCommand } from "./show-command.ts";

const examples = [
  "npm run refunds -- list --stage prod --region eu-west-1",
  "npm run refunds -- list --state blocked --older-than 1d",
  "npm run refunds -- list --partner acme --csv",
  "npm run refunds -- show SETTLES-0001",
  "npm run refunds -- show 898310148160568 SETTLES-0001 --json",
  "npm run refunds -- show --key 7f3a0c --partner acme",
  "npm run refunds -- recheck 898310148160568 SETTLES-0001",
  "npm run refunds -- recheck --state not_found --partner acme",
  "npm run refunds -- deliveries --dead --partner acme",
  "npm run refunds -- redeliver --id evt_onuq0W5GWEsmB-mXg7uFfe",
  "npm run refunds -- redeliver --partner acme --since 2026-03-01T00:00:00Z",
  "npm run refunds -- export --stage prod > refunds.jsonl",
  "npm run refunds -- import --table Restored < refunds.jsonl",
];

/** `npm run refunds -- …`. */
export const runRefunds: RunCommandLine = async (args, io) => {
  const program = addDeploymentOptions(createProgram("npm run refunds --", io, examples))
    .description("Lists, shows and rechecks the refunds on record, and sends events again.")
    .addOption(tableOption())
    .option("--json", "prints JSON and nothing else, for programs");
  addListCommand(program, io);
  addShowCommand(program, io);
  addRecheckCommand(program, io);
  addDeliveryCommands(program, io);
  addCopyCommands(program, io);
  await runProgram(program, args, io);
};
