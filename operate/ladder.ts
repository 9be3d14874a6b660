/** `npm run ladder -- fit`: proposes ladders from how long refunds took, product by product. */

import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { readSettings, stageSettingsFile } from "../infra/stage-settings.ts";
import { defaultStage } from "../shared/names.ts";
import { openLadderOf, parseLadder, parseLadders } from "../shared/refund/recheck-ladder.ts";
import { fail } from "../tools/fail.ts";
import { localStage } from "../tools/local-aws.ts";
import { listPartners } from "../tools/partner-secrets.ts";
import { partnerSecretsOf } from "./deployment.ts";
import { fitLadder } from "./ladder/fit-ladder.ts";
import { type Fits, fitsJson, formatFits } from "./ladder/format-fit.ts";
import { readHistory } from "./ladder/read-history.ts";
import { writeFits } from "./ladder/write-fits.ts";
import { openTable } from "./open-table.ts";

const usage = `npm run ladder -- fit      proposes a ladder for each product, and by when nine in ten of its refunds are final
    [--days 90]                from refunds that were first seen in so many days, 1 to 90
    [--write]                  writes what is proposed into settings/STAGE.json; the next deployment uses it
    [--data .sandbox]                          the local run
    [--table NAME --stage prod --region R]     a deployed one, with your ordinary AWS credentials
    [--json]                   for programs`;

const dayMs = 86_400_000;
/** Partners are told for so long; older pages of their feeds are read by nobody. */
const mostDays = 90;

function readOptions() {
  try {
    const text = { type: "string" } as const;
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        days: { ...text, default: String(mostDays) },
        write: { type: "boolean", default: false },
        data: { ...text, default: ".sandbox" },
        table: text,
        stage: text,
        region: text,
        json: { type: "boolean", default: false },
      },
    });
    const days = Number(values.days);
    if (positionals.join(" ") !== "fit") fail(usage);
    if (!(Number.isInteger(days) && days >= 1 && days <= mostDays)) fail(`--days: 1 to ${mostDays}\n${usage}`);
    if (values.table === undefined && values.stage !== undefined) fail(`--stage: only with --table\n${usage}`);
    return { ...values, days };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

const { days, write, json, table, region, data, ...options } = readOptions();
const stage = table === undefined ? localStage : (options.stage ?? defaultStage);

async function fitLadders(): Promise<Fits> {
  const settings = readSettings({ stage });
  const common = parseLadder(settings.openLadder);
  const ladders = { open: common, byProduct: parseLadders(settings.ladders), notFound: [] };
  const ladderOf = (instMid: string) => openLadderOf(ladders, instMid);
  const where = table === undefined ? { data } : { data, stage, region };
  const partners = await listPartners(partnerSecretsOf(where));
  const history = await readHistory(
    { ...openTable({ table, region, data }), now: Date.now, random: Math.random, sleep },
    { partnerIds: partners.map(({ partnerId }) => partnerId), since: Date.now() - days * dayMs, ladderOf },
  );
  const products = [...history].sort(([a], [b]) => a.localeCompare(b));
  return new Map(products.map(([instMid, ages]) => [instMid, fitLadder(ages, { inUse: ladderOf(instMid), common })]));
}

async function run(): Promise<void> {
  const fits = await fitLadders();
  const file = `settings/${stage}.json`;
  if (write) writeFits(stageSettingsFile(stage), fits);
  if (json) return void process.stdout.write(`${JSON.stringify({ stage, days, products: fitsJson(fits) }, null, 2)}\n`);
  const told = write
    ? `${file} has what is proposed. It takes effect with the next deployment of ${stage}.`
    : `Nothing was changed. --write puts what is proposed into ${file}.`;
  process.stdout.write(`${formatFits(fits, days)}\n${told}\n`);
}

await run().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
