/** `npm run refunds`: lists, shows and rechecks the refunds on record, in the local run or on AWS. */

import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { parseLadder } from "../shared/refund/recheck-ladder.ts";
import { isFinal, type Refund, type RefundState } from "../shared/refund/refund.ts";
import { fail } from "../tools/fail.ts";
import { exportRefunds } from "./export-refunds.ts";
import { formatList, formatRefund, formatVerification } from "./format-refund.ts";
import { importRefunds } from "./import-refunds.ts";
import { openTable } from "./open-table.ts";
import type { RecordedRefund } from "./recorded-refund.ts";
import { answersOf } from "./refund-history.ts";
import { answerJson, recordedJson, refundJson, verificationJson } from "./refund-json.ts";
import { createRefundRecords, knownProducts, type RefundRecords } from "./refund-records.ts";
import { pendingWords, readRefundsOptions, refundsUsage, storedStates } from "./refunds-options.ts";
import { createVerifyRefund } from "./verify-refund.ts";

const recheckWaitMs = 90_000;
const notSwept = "it is due, but no sweep has checked it; is the schedule running?";

const { values: options, positionals } = readRefundsOptions();
const [command, mid, merOrderId, ...more] = positionals;

function openRecords(): RefundRecords {
  return createRefundRecords(openTable(options));
}

function print(forPeople: string, forPrograms: unknown): void {
  process.stdout.write(`${options.json ? JSON.stringify(forPrograms, null, 2) : forPeople}\n`);
}

async function list(): Promise<void> {
  const { state } = options;
  if (state !== undefined && ![...storedStates, ...pendingWords].includes(state)) {
    fail(`no such state: ${state}\n${refundsUsage}`);
  }
  const [olderThanMs = 0] = options["older-than"] === undefined ? [] : readAge(options["older-than"]);
  const records = openRecords();
  const found = storedStates.includes(state ?? "")
    ? await records.scanState(state as RefundState)
    : await records.listDue();
  const now = Date.now();
  const isWanted = ({ state: its, reading, firstSeenAt }: Refund) =>
    now - firstSeenAt >= olderThanMs &&
    (state === undefined || its === state || (its === "pending" && reading?.kind === state));
  // An unreadable record may be in any state, so it is on every list.
  const refunds = found.filter((one) => one.kind === "unreadable" || isWanted(one.refund));
  print(formatList(refunds, now), refunds.map(recordedJson));
}

function readAge(text: string): readonly number[] {
  try {
    return parseLadder(text);
  } catch {
    return fail("--older-than is an age such as 30m, 12h or 1d");
  }
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

switch (command) {
  case "list":
    await list();
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
