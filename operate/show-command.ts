import type { Command } from "commander";
import type { Refund } from "../shared/refund/refund.ts";
import type { CommandIo } from "../tools/command-line.ts";
import { Refused } from "../tools/partner-secrets.ts";
import { type DeployedTable, type Deployment, tableOf } from "./deployment.ts";
import type { FoundRefund } from "./find-by-key.ts";
import { createFindRefunds, partnerMidsOf } from "./find-refunds.ts";
import { formatRefund } from "./format-refund.ts";
import { toldJson } from "./format-told.ts";
import { formatUsedKeys, refundsOfKey, usedKeyJson } from "./key-option.ts";
import { type Printed, print } from "./print.ts";
import type { RecordedRefund } from "./recorded-refund.ts";
import { answersOf } from "./refund-history.ts";
import { answerJson, refundJson, verificationJson } from "./refund-json.ts";
import { createRefundRecords } from "./refund-records.ts";

export type RefundOptions = Deployment & { readonly instMid?: string; readonly json?: boolean };
type ShowOptions = RefundOptions & { readonly key?: string; readonly partner?: string };

/** `npm run refunds -- show`. */
export function addShowCommand(program: Command, io: CommandIo): void {
  addRefundArguments(program.command("show"))
    .description("shows a refund, its answers as a timeline, and what partners were told of it")
    .option(
      "--key <key>",
      "in place of its number, the Idempotency-Key that a partner has used for it in the last 72 hours",
    )
    .option("--partner <id>", "with --key: the partner that used it; without it, all are tried")
    .action(async (numbers: readonly string[], _, command: Command) => {
      const options = command.optsWithGlobals<ShowOptions>();
      const place = await tableOf(options);
      const found = await findShown(place, numbers, options);
      const [first, ...others] = found.map(({ recorded }) => recorded);
      if (options.json && first !== undefined && others.length > 0) throw new Refused(chooseOf([first, ...others]));
      const shown = await Promise.all(found.map((one) => describeFound(place, one)));
      const forPeople = shown.map(({ forPeople: text }) => text).join("\n\n");
      print(io, options, { forPeople, forPrograms: shown[0]?.forPrograms });
    });
}

async function findShown(
  place: DeployedTable,
  numbers: readonly string[],
  options: ShowOptions,
): Promise<readonly FoundRefund[]> {
  const { key, partner } = options;
  if (key !== undefined) {
    if (numbers.length > 0) throw new Refused("name the refund by its number or by --key, not by both");
    return await refundsOfKey(place, options, key, partner);
  }
  if (partner !== undefined) throw new Refused("--partner goes with --key");
  return (await findByNumbers(place, numbers, options)).map((recorded) => ({ recorded, keys: [] }));
}

async function describeFound(place: DeployedTable, { recorded, keys }: FoundRefund): Promise<Printed> {
  const { forPeople, forPrograms } = await describe(place, readable(recorded));
  if (keys.length === 0) return { forPeople, forPrograms };
  return {
    forPeople: `${formatUsedKeys(keys, Date.now())}\n${forPeople}`,
    forPrograms: { ...forPrograms, idempotencyKeys: keys.map(usedKeyJson) },
  };
}

/** Adds what names one refund. */
export function addRefundArguments(command: Command): Command {
  return command
    .usage("[options] [MID] MER_ORDER_ID")
    .argument("[numbers...]", "the refund's order number, with its merchant in front where it is known")
    .option("--inst-mid <product>", "the product, such as APPDEFAULT or systemId=…; without it, all are tried");
}

type Found = readonly [RecordedRefund, ...RecordedRefund[]];

/** The refunds of `[MID] MER_ORDER_ID`. @throws {Refused} if there is none, or if the arguments are wrong */
export async function findByNumbers(
  place: DeployedTable,
  numbers: readonly string[],
  options: RefundOptions,
): Promise<Found> {
  const [merOrderId, mid, ...more] = numbers.toReversed();
  if (merOrderId === undefined || more.length > 0) throw new Refused("name one refund, as [MID] MER_ORDER_ID");
  const find = createFindRefunds({ place, partnerMids: () => partnerMidsOf(options) });
  const [first, ...others] = await find({ merOrderId, mid, instMid: options.instMid });
  if (first !== undefined) return [first, ...others];
  const ofMid = mid === undefined ? "of any partner's merchants" : `of mid ${mid}`;
  const product = options.instMid ?? "any product that is known; another is named by --inst-mid";
  throw new Refused(`no refund ${merOrderId} ${ofMid} is on record under ${product}`);
}

/** The only one. @throws {Refused} if there are several, or if it cannot be read */
export function onlyOne([first, ...others]: Found): Refund {
  if (others.length > 0) throw new Refused(chooseOf([first, ...others]));
  return readable(first);
}

function chooseOf(found: Found): string {
  const names = found.map(({ refund: { mid, instMid } }) => `mid ${mid} with ${instMid}`);
  return `${found[0].refund.merOrderId} is on record under ${names.join(" and ")}; choose one by its mid and --inst-mid`;
}

function readable(one: RecordedRefund | undefined): Refund {
  if (one?.kind === "readable") return one.refund;
  throw new Refused(`the record of ${one?.refund.merOrderId} cannot be read (${one?.refund.problem})`);
}

/** A refund with all that is kept beside it. */
export async function describe(place: DeployedTable, refund: Refund) {
  const history = await createRefundRecords(place).historyOf(refund);
  return {
    forPeople: formatRefund(refund, history, Date.now()),
    forPrograms: {
      ...refundJson(refund),
      answers: answersOf(refund, history).map(answerJson),
      verifications: history.verifications.map(verificationJson),
      told: history.told.map(toldJson),
    },
  };
}
