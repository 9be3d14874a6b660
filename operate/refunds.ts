/** `npm run refunds`: lists, shows and rechecks the refunds on record, and sends events again, in the local run or on AWS. */

import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { isFinal, type Refund } from "../shared/refund/refund.ts";
import type { EventKey } from "../shared/telling/refund-event.ts";
import { fail } from "../tools/fail.ts";
import { Refused } from "../tools/partner-secrets.ts";
import { createDeliveryRecords } from "./delivery-records.ts";
import { exportRefunds } from "./export-refunds.ts";
import { formatRefund, formatVerification } from "./format-refund.ts";
import { toldJson } from "./format-told.ts";
import { importRefunds } from "./import-refunds.ts";
import { listRefunds } from "./list-refunds.ts";
import { createOpenRefunds } from "./open-refunds.ts";
import { openTable } from "./open-table.ts";
import type { RecordedRefund } from "./recorded-refund.ts";
import { listDeliveries, type Printed, redeliver } from "./refund-deliveries.ts";
import { answersOf } from "./refund-history.ts";
import { answerJson, refundJson, verificationJson } from "./refund-json.ts";
import { createRefundRecords, knownProducts, type RefundRecords } from "./refund-records.ts";
import { readRefundsOptions, refundsUsage } from "./refunds-options.ts";
import { createVerifyRefund } from "./verify-refund.ts";

const recheckWaitMs = 90_000;
const notSwept = "it is due, but no sweep has checked it; is the schedule running?";

const { values: options, positionals } = readRefundsOptions();
const [command, mid, merOrderId, ...more] = positionals;

function openRecords(): RefundRecords {
  return createRefundRecords(openTable(options));
}

function openDeliveries() {
  return createDeliveryRecords({ ...openTable(options), now: Date.now, random: Math.random, sleep });
}

/** The events of every refund that a merchant calls so. */
async function eventsOf(itsMid: string, itsNumber: string): Promise<EventKey[]> {
  const records = openRecords();
  const products = options["inst-mid"] === undefined ? knownProducts : [options["inst-mid"]];
  const found = await records.find(itsMid, itsNumber, products);
  const histories = await Promise.all(found.map(({ refund }) => records.historyOf(refund)));
  return histories.flatMap(({ told }) => told.map(({ event }) => event));
}

function print(forPeople: string, forPrograms: unknown): void {
  process.stdout.write(`${options.json ? JSON.stringify(forPrograms, null, 2) : forPeople}\n`);
}

async function findOne(records: RefundRecords): Promise<Refund> {
  if (mid === undefined || merOrderId === undefined || more.length > 0) return fail(refundsUsage);
  const products = options["inst-mid"] === undefined ? knownProducts : [options["inst-mid"]];
  const found = await records.find(mid, merOrderId, products);
  const [one] = found;
  if (one === undefined) return fail(`no refund ${merOrderId} of mid ${mid} is on record (${products.join(", ")})`);
  if (found.length > 1) {
    const instMids = found.map(({ refund: { instMid } }) => instMid);
    return fail(`${merOrderId} is on record under ${instMids.join(" and ")}; choose one with --inst-mid`);
  }
  return readable(one);
}

function readable(one: RecordedRefund): Refund {
  if (one.kind === "readable") return one.refund;
  return fail(`the record of ${one.refund.merOrderId} cannot be read (${one.refund.problem})`);
}

async function show(records: RefundRecords, refund: Refund): Promise<void> {
  const history = await records.historyOf(refund);
  print(formatRefund(refund, history, Date.now()), {
    ...refundJson(refund),
    answers: answersOf(refund, history).map(answerJson),
    verifications: history.verifications.map(verificationJson),
    told: history.told.map(toldJson),
  });
}

async function recheck(records: RefundRecords): Promise<void> {
  const refund = await findOne(records);
  try {
    await (isFinal(refund.state) ? verify(records, refund) : checkNow(records, refund));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    fail("it has changed just now; see with show, and try again");
  }
}

async function checkNow(records: RefundRecords, before: Refund): Promise<void> {
  await records.makeDue(before, Date.now());
  if (!options.json) process.stdout.write("It is due now. Waiting for the next sweep.\n");
  for (const giveUpAt = Date.now() + recheckWaitMs; Date.now() < giveUpAt; await sleep(500)) {
    const [after] = await records.find(before.mid, before.merOrderId, [before.instMid]);
    if (after?.kind === "readable" && after.refund.checkedAt !== before.checkedAt) {
      return await show(records, after.refund);
    }
  }
  fail(notSwept);
}

async function verify(records: RefundRecords, refund: Refund): Promise<void> {
  const verifyRefund = createVerifyRefund({
    makeDue: records.makeDue,
    verificationsOf: async (one) => (await records.historyOf(one)).verifications,
    now: Date.now,
    sleep,
    waitMs: recheckWaitMs,
  });
  if (!options.json) process.stdout.write(`It is final (${refund.state}). The next sweep asks ChinaUMS once more.\n`);
  const verification = (await verifyRefund(refund)) ?? fail(notSwept);
  print(formatVerification(refund, verification), {
    ...refundJson(refund),
    verification: verificationJson(verification),
  });
}

/** Prints what a command gives. What it refuses is a sentence for the operator. */
async function printOf(printed: Promise<Printed>): Promise<void> {
  try {
    const { forPeople, forPrograms } = await printed;
    print(forPeople, forPrograms);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    fail(error.message);
  }
}

switch (command) {
  case "list":
    await printOf(
      listRefunds(
        { open: createOpenRefunds({ ...openTable(options), now: Date.now }), records: openRecords(), now: Date.now() },
        options,
      ),
    );
    break;
  case "deliveries":
    await printOf(listDeliveries(openDeliveries(), options, Date.now()));
    break;
  case "redeliver":
    await printOf(redeliver({ records: openDeliveries(), eventsOf }, options));
    break;
  case "show": {
    const records = openRecords();
    await show(records, await findOne(records));
    break;
  }
  case "recheck":
    await recheck(openRecords());
    break;
  case "export":
    await pipeline(exportRefunds(openTable(options)), process.stdout);
    break;
  case "import": {
    const { written, kept } = await importRefunds({
      ...openTable(options),
      lines: createInterface({ input: process.stdin }),
    });
    process.stdout.write(`${written} items written; ${kept} are on record already, as new or newer\n`);
    break;
  }
  default:
    fail(refundsUsage);
}
