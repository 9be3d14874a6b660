/** `npm run refunds`: what an operator sees and does of the refunds on record, here or on AWS. */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { parseLadder } from "../shared/refund/recheck-ladder.ts";
import { isFinal, type Refund, type RefundState } from "../shared/refund/refund.ts";
import { localDynamoDb } from "../tools/local-aws.ts";
import { readReady } from "../tools/ready.ts";
import { answerJson, formatList, formatRefund, refundJson } from "./format-refund.ts";
import { createRefundRecords, knownProducts } from "./refund-records.ts";

const usage = `npm run refunds -- list [--state WORD] [--older-than 1d]
    WORD: pending, needs_review, succeeded, failed, or the last check of a pending refund:
    processing, not_found, unclear, blocked, mismatch. Without it: all that are checked again.
npm run refunds -- show MID MER_ORDER_ID
npm run refunds -- recheck MID MER_ORDER_ID      makes it due now, and waits for the check
    [--inst-mid APPDEFAULT]      where a number is used under several products
    [--data .sandbox]            the local run
    [--table NAME --region R]    a deployed one, with your ordinary AWS credentials
    [--json]                     for programs`;

const storedStates: readonly string[] = ["needs_review", "succeeded", "failed"] satisfies RefundState[];
const pendingWords = ["pending", "processing", "not_found", "unclear", "blocked", "mismatch"];
const recheckWaitMs = 90_000;

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function readOptions() {
  try {
    const text = { type: "string" } as const;
    return parseArgs({
      allowPositionals: true,
      options: {
        state: text,
        "older-than": text,
        "inst-mid": text,
        data: { ...text, default: ".sandbox" },
        table: text,
        region: text,
        json: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

const { values: options, positionals } = readOptions();
const [command, mid, merOrderId, ...more] = positionals;

function openRecords() {
  const { table, region, data } = options;
  if (table !== undefined)
    return createRefundRecords(new DynamoDBClient(region === undefined ? {} : { region }), table);
  try {
    const { dynamodb } = readReady(data);
    return createRefundRecords(localDynamoDb(dynamodb.endpoint), dynamodb.table);
  } catch (error) {
    return fail(`${(error as Error).message}, or name a deployed table with --table`);
  }
}

function print(people: string, programs: unknown): void {
  process.stdout.write(`${options.json ? JSON.stringify(programs, null, 2) : people}\n`);
}

async function list(): Promise<void> {
  const { state } = options;
  if (state !== undefined && ![...storedStates, ...pendingWords].includes(state))
    fail(`no such state: ${state}\n${usage}`);
  const [olderThanMs] = options["older-than"] === undefined ? [0] : readAge(options["older-than"]);
  const records = openRecords();
  const found = storedStates.includes(state ?? "")
    ? await records.scanState(state as RefundState)
    : await records.listDue();
  const now = Date.now();
  const matches = ({ state: its, reading, firstSeenAt }: Refund) =>
    now - firstSeenAt >= (olderThanMs ?? 0) &&
    (state === undefined || its === state || (its === "pending" && reading?.kind === state));
  const refunds = found.filter(matches);
  print(formatList(refunds, now), refunds.map(refundJson));
}

function readAge(text: string): readonly number[] {
  try {
    return parseLadder(text);
  } catch {
    return fail("--older-than is an age such as 30m, 12h or 1d");
  }
}

async function findOne(): Promise<Refund> {
  if (mid === undefined || merOrderId === undefined || more.length > 0) return fail(usage);
  const products = options["inst-mid"] === undefined ? knownProducts : [options["inst-mid"]];
  const [refund, ...others] = await openRecords().find(mid, merOrderId, products);
  if (refund === undefined) return fail(`no refund ${merOrderId} of mid ${mid} is on record (${products.join(", ")})`);
  if (others.length > 0) {
    const found = [refund, ...others].map(({ instMid }) => instMid);
    return fail(`${merOrderId} is on record under ${found.join(" and ")}; say which with --inst-mid`);
  }
  return refund;
}

async function show(refund: Refund): Promise<void> {
  const answers = await openRecords().answersOf(refund);
  print(formatRefund(refund, answers, Date.now()), { ...refundJson(refund), answers: answers.map(answerJson) });
}

async function recheck(): Promise<void> {
  const before = await findOne();
  if (isFinal(before.state)) fail(`${before.merOrderId} is final (${before.state}) and is not checked again`);
  const records = openRecords();
  await records.makeDue(before, Date.now()).catch((error: unknown) => {
    if (error instanceof ConditionalCheckFailedException) return fail("it has just been checked; see with show");
    throw error;
  });
  if (!options.json) process.stdout.write("due now; waiting for the next sweep\n");
  for (const giveUpAt = Date.now() + recheckWaitMs; Date.now() < giveUpAt; await sleep(500)) {
    const [after] = await records.find(before.mid, before.merOrderId, [before.instMid]);
    if (after !== undefined && after.checkedAt !== before.checkedAt) return await show(after);
  }
  fail("it is due, but no sweep has checked it; is the schedule running?");
}

switch (command) {
  case "list":
    await list();
    break;
  case "show":
    await show(await findOne());
    break;
  case "recheck":
    await recheck();
    break;
  default:
    fail(usage);
}
