import { setTimeout as sleep } from "node:timers/promises";
import { readSettings, stageSettingsFile } from "../../infra/stage-settings.ts";
import { defaultStage } from "../../shared/names.ts";
import { openLadderOf, parseLadder, parseLadders } from "../../shared/refund/recheck-ladder.ts";
import {
  type CommandIo,
  createProgram,
  type RunCommandLine,
  runProgram,
  wholeNumber,
} from "../../tools/command-line.ts";
import { localStage } from "../../tools/local-aws.ts";
import { listPartners } from "../../tools/partner-secrets.ts";
import {
  addDeploymentOptions,
  type Deployment,
  isLocal,
  partnerSecretsOf,
  tableOf,
  tableOption,
} from "../deployment.ts";
import { fitLadder } from "./fit-ladder.ts";
import { type Fits, fitsJson, formatFits } from "./format-fit.ts";
import { readHistory } from "./read-history.ts";
import { writeFits } from "./write-fits.ts";

type FitOptions = Deployment & { readonly days: number; readonly write?: true; readonly json?: true };

const dayMs = 86_400_000;
const mostDays = 400;
const examples = [
  "npm run ladder -- fit --stage prod --region eu-west-1",
  "npm run ladder -- fit --stage prod --days 30 --write",
];

/** `npm run ladder -- …`. */
export const runLadder: RunCommandLine = async (args, io) => {
  const program = addDeploymentOptions(createProgram("npm run ladder --", io, examples))
    .description("Proposes ladders from how long refunds took, product by product.")
    .addOption(tableOption())
    .option("--json", "prints JSON and nothing else, for programs");
  program
    .command("fit")
    .description("Proposes a ladder for each product, and by when nine in ten of its refunds are final.")
    .option("--days <count>", "from refunds that were first seen in so many days", wholeNumber(1, mostDays), 90)
    .option("--write", "writes what is proposed into the stage's file of settings, for its next deployment")
    .action((_, command) => runFit(command.optsWithGlobals(), io));
  await runProgram(program, args, io);
};

async function runFit(options: FitOptions, io: CommandIo): Promise<void> {
  const { days, write, json } = options;
  const stage = options.stage ?? (isLocal(options) ? localStage : defaultStage);
  const fits = await fitLadders(options, stage);
  const name = `settings/${stage}.json`;
  if (write) writeFits(stageSettingsFile(stage), fits);
  if (json) {
    io.stdout.write(`${JSON.stringify({ stage, days, products: fitsJson(fits) }, null, 2)}\n`);
    return;
  }
  const told = write
    ? `${name} has what is proposed. It takes effect with the next deployment of ${stage}.`
    : `Nothing was changed. --write puts what is proposed into ${name}.`;
  io.stdout.write(`${formatFits(fits, days)}\n${told}\n`);
}

async function fitLadders(options: FitOptions, stage: string): Promise<Fits> {
  const settings = readSettings({ stage });
  const common = parseLadder(settings.openLadder);
  const ladders = { open: common, byProduct: parseLadders(settings.ladders), notFound: [] };
  const ladderOf = (instMid: string) => openLadderOf(ladders, instMid);
  const partners = await listPartners(partnerSecretsOf(options));
  const since = Date.now() - options.days * dayMs;
  const deps = { ...(await tableOf(options)), now: Date.now, random: Math.random, sleep };
  const history = await readHistory(deps, {
    partnerIds: partners.map(({ partnerId }) => partnerId),
    since,
    ladderOf,
  });
  const products = [...history].sort(([a], [b]) => a.localeCompare(b));
  return new Map(products.map(([instMid, ages]) => [instMid, fitLadder(ages, { inUse: ladderOf(instMid), common })]));
}
