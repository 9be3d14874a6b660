import type { Command } from "commander";
import type { Refund } from "../shared/refund/refund.ts";
import type { CommandIo } from "../tools/command-line.ts";
import { Refused } from "../tools/partner-secrets.ts";
import { type DeployedTable, type Deployment, tableOf } from "./deployment.ts";
import { createFindRefunds, partnerMidsOf } from "./find-refunds.ts";
import { formatRefund } from "./format-refund.ts";
import { toldJson } from "./format-told.ts";
import { type Printed, print } from "./print.ts";
import type { RecordedRefund } from "./recorded-refund.ts";
import { answersOf } from "./refund-history.ts";
import { answerJson, refundJson, verificationJson } from "./refund-json.ts";
import { createRefundRecords } from "./refund-records.ts";

export type RefundOptions = Deployment & { readonly instMid?: string; readonly json?: boolean };

/** `npm run refunds -- show`. */
export function addShowCommand(program: Command, io: CommandIo): void {
  addRefundArguments(program.command("show"))
    .description("shows a refund, its answers as a timeline, and what partners were told of it")
    .action(async (numbers: readonly string[], _, command: Command) => {
      const options = command.optsWithGlobals<RefundOptions>();
      const place = await tableOf(options);
      const found = await findByNumbers(place, numbers, options);
      const [first, ...others] = found;
      if (options.json && others.length > 0) throw new Refused(chooseOf(found));
      const shown = await Promise.all([first, ...others].map((one) => describe(place, readable(one))));
      const forPeople = shown.map(({ forPeople: text }) => text).join("\n\n");
      print(io, options, { forPeople, forPrograms: shown[0]?.forPrograms });
    });
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
export async function describe(place: DeployedTable, refund: Refund): Promise<Printed> {
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
