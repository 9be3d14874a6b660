import { setTimeout as sleep } from "node:timers/promises";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import type { Command } from "commander";
import { isFinal, type Refund } from "../shared/refund/refund.ts";
import type { CommandIo } from "../tools/command-line.ts";
import { Refused } from "../tools/partner-secrets.ts";
import { isConfirmed } from "./confirm.ts";
import { type DeployedTable, tableOf } from "./deployment.ts";
import { formatVerification } from "./format-refund.ts";
import { type Printed, print } from "./print.ts";
import { countOf, findForRecheck, recheckAll } from "./recheck-many.ts";
import { addFilterOptions, type FilterOptions, filterOf } from "./refund-filter-options.ts";
import { refundJson, verificationJson } from "./refund-json.ts";
import { createRefundRecords } from "./refund-records.ts";
import { addRefundArguments, describe, findByNumbers, onlyOne, type RefundOptions } from "./show-command.ts";
import { createVerifyRefund } from "./verify-refund.ts";

type RecheckOptions = RefundOptions & FilterOptions & { readonly yes?: boolean };

const waitMs = 90_000;
const notSwept = "it is due, but no sweep has checked it; is the schedule running?";

/** `npm run refunds -- recheck`. */
export function addRecheckCommand(program: Command, io: CommandIo): void {
  addFilterOptions(addRefundArguments(program.command("recheck")))
    .description(
      "has a refund checked now and waits for it, or has all checked that the options choose; of a final one it shows what ChinaUMS says now, and changes nothing",
    )
    .option("--yes", "does not ask whether so many are meant")
    .action(async (numbers: readonly string[], _, command: Command) => {
      const options = command.optsWithGlobals<RecheckOptions>();
      const filter = filterOf(options);
      const isFiltered = Object.values(filter).some((value) => value !== undefined);
      if (isFiltered && numbers.length > 0) throw new Refused("name one refund, or options that choose several");
      const place = await tableOf(options);
      if (isFiltered) return await recheckSeveral(place, options, io);
      const refund = onlyOne(await findByNumbers(place, numbers, options));
      const say = (sentence: string) => {
        if (!options.json) io.stdout.write(`${sentence}\n`);
      };
      print(io, options, await recheckOne(place, refund, say));
    });
}

async function recheckSeveral(place: DeployedTable, options: RecheckOptions, io: CommandIo): Promise<void> {
  const chosen = await findForRecheck(place, filterOf(options));
  if (chosen.length === 0) throw new Refused("no refund is so");
  const question = `${countOf(chosen.length)} will be checked by the next sweep.`;
  if (!options.yes && !(await isConfirmed(io, question))) throw new Refused("Nothing was changed.");
  print(io, options, await recheckAll(place, chosen));
}

async function recheckOne(place: DeployedTable, refund: Refund, say: (text: string) => void): Promise<Printed> {
  try {
    return isFinal(refund.state) ? await verify(place, refund, say) : await checkNow(place, refund, say);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw new Refused("it has changed just now; see with show, and try again");
  }
}

async function checkNow(place: DeployedTable, before: Refund, say: (text: string) => void): Promise<Printed> {
  const records = createRefundRecords(place);
  await records.makeDue(before, Date.now());
  say("It is due now. Waiting for the next sweep.");
  for (const giveUpAt = Date.now() + waitMs; Date.now() < giveUpAt; await sleep(500)) {
    const [after] = await records.read([before]);
    if (after?.kind === "readable" && after.refund.checkedAt !== before.checkedAt) {
      return await describe(place, after.refund);
    }
  }
  throw new Refused(notSwept);
}

async function verify(place: DeployedTable, refund: Refund, say: (text: string) => void): Promise<Printed> {
  const records = createRefundRecords(place);
  const verifyRefund = createVerifyRefund({
    makeDue: records.makeDue,
    verificationsOf: async (one) => (await records.historyOf(one)).verifications,
    now: Date.now,
    sleep,
    waitMs,
  });
  say(`It is final (${refund.state}). The next sweep asks ChinaUMS once more.`);
  const verification = await verifyRefund(refund);
  if (verification === undefined) throw new Refused(notSwept);
  return {
    forPeople: formatVerification(refund, verification),
    forPrograms: { ...refundJson(refund), verification: verificationJson(verification) },
  };
}
