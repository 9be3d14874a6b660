import { beforeAll, describe, expect, test } from "vitest";
import { runRefunds } from "../../operate/refunds-program.ts";
import type { Item } from "../../shared/aws/attributes.ts";
import { newRecordedTable } from "../support/recorded-table.ts";
import { layout, refundItem } from "../support/refund-items.ts";
import { claimedRefund, hourMs, start } from "../support/refunds.ts";
import { runHere } from "../support/run-command.ts";

let recorded: Awaited<ReturnType<typeof newRecordedTable>>;
const refunds = (...args: string[]) => runHere(runRefunds, ["--data", recorded.data, ...args]);

const readable = claimedRefund({ dueAt: start + hourMs });
const secret = "6222020000000000000";
/** Ways in which an item may have lost its form, each with what the operator is told about it. */
const damages: Record<string, { damage: (item: Item) => Item; problem: string }> = {
  "a state that is a number": {
    damage: (item) => ({ ...item, state: { N: "6222020000" } }),
    problem: "missing or malformed: state",
  },
  "two attributes that are missing": {
    damage: ({ tid: _, firstSeenAt: __, ...item }) => item,
    problem: "missing or malformed: tid, firstSeenAt",
  },
  "a number that is text": {
    damage: (item) => ({ ...item, attempts: { S: secret } }),
    problem: "missing or malformed: attempts",
  },
  "an answer that is no JSON": {
    damage: (item) => ({ ...item, answer: { S: `${secret.slice(0, 4)}x` } }),
    problem: "missing or malformed: answer",
  },
};
const unreadable = Object.entries(damages).map(([name, { damage, problem }]) => {
  const refund = claimedRefund();
  return { name, problem, refund, item: damage(refundItem(refund, layout)) };
});

beforeAll(async () => {
  recorded = await newRecordedTable();
  await recorded.putRefund(readable);
  for (const { item } of unreadable) await recorded.put(item);
});

test("a record that cannot be read is listed with its key and what is wrong, and hides no other", async () => {
  const { status, stdout, stderr } = await refunds("list");
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(new RegExp(`^${readable.mid} +APPDEFAULT +${readable.merOrderId} +pending`, "m"));
  for (const { refund, problem } of unreadable) {
    expect(stdout).toMatch(
      new RegExp(`^${refund.mid} +APPDEFAULT +${refund.merOrderId} +unreadable +${problem}$`, "m"),
    );
  }
  expect(stdout).not.toContain(secret.slice(0, 4));
});

test("it is on every list, since nobody can tell its state", async () => {
  const { stdout } = await refunds("list", "--state", "blocked", "--json");
  expect(JSON.parse(stdout)).toEqual(
    expect.arrayContaining(
      unreadable.map(({ refund: { mid, instMid, merOrderId }, problem }) => {
        return { mid, instMid, merOrderId, state: "unreadable", problem };
      }),
    ),
  );
  expect(stdout).not.toContain(readable.merOrderId);
});

describe.each(unreadable)("with $name", ({ refund: { mid, merOrderId }, problem }) => {
  test.each(["show", "recheck"])("%s says so in one sentence, and ends with 1", async (command) => {
    expect(await refunds(command, mid, merOrderId)).toEqual({
      status: 1,
      stdout: "",
      stderr: `the record of ${merOrderId} cannot be read (${problem})\n`,
    });
  });
});

test("an answer that cannot be read is named, and hides neither its refund nor other answers", async () => {
  const { pk = { S: "" } } = refundItem(readable, layout);
  await recorded.put({ pk, sk: { S: "ANSWER#000001" }, fields: { S: secret } });
  const { status, stdout } = await refunds("show", readable.mid, readable.merOrderId);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^State +pending/m);
  expect(stdout).toMatch(/^Cannot be read: ANSWER#000001$/m);
  expect(stdout).not.toContain(secret);
});
