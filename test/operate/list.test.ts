import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "vitest";
import { runRefunds } from "../../operate/refunds-program.ts";
import { feedPageItem } from "../../shared/aws/feed-page-item.ts";
import { newRecordedTable } from "../support/recorded-table.ts";
import { claimedRefund, hourMs, notFound, start } from "../support/refunds.ts";
import { runEntry, runHere } from "../support/run-command.ts";

let recorded: Awaited<ReturnType<typeof newRecordedTable>>;
const refunds = Array.from({ length: 3 }, (_, i) => claimedRefund({ dueAt: start + i * hourMs, reading: notFound }));
const formula = claimedRefund({ merOrderId: '=1+"1",2', dueAt: start + 9 * hourMs, partners: ["south-shop"] });

beforeAll(async () => {
  recorded = await newRecordedTable();
  for (const refund of [...refunds, formula]) await recorded.putRefund(refund);
});
const list = (...args: string[]) => runHere(runRefunds, ["list", "--data", recorded.data, ...args]);
const numbers = refunds.map(({ merOrderId }) => merOrderId);

describe("npm run refunds -- list", () => {
  test("says how many there are, and whether a limit has left some out", async () => {
    expect((await list("--state", "not_found")).stdout).toMatch(/\n\n3 refunds\n$/);
    expect((await list("--limit", "1")).stdout).toMatch(/\n\n1 refund, and there are more\n$/);
    expect((await list("--mid", "000000000000000")).stdout).toBe("none\n");
  });

  test("prints JSON and nothing else for programs", async () => {
    const { stdout, stderr } = await list("--json", "--limit", "2");
    expect(stderr).toBe("");
    expect((JSON.parse(stdout) as { merOrderId: string }[]).map(({ merOrderId }) => merOrderId)).toEqual(
      numbers.slice(0, 2),
    );
  });

  test("prints comma-separated values, of which a spreadsheet runs none", async () => {
    const { stdout } = await list("--csv");
    const [names, ...lines] = stdout.trimEnd().split("\r\n");
    expect(names).toMatch(/^mid,instMid,merOrderId,tid,state,reading,/);
    expect(lines.map((line) => line.split(",")[2]).slice(0, 3)).toEqual(numbers);
    expect(lines[3]).toContain(`,APPDEFAULT,"'=1+""1"",2",`);
    expect(lines).toHaveLength(4);
  });

  test("prints JSON or comma-separated values, and never one for the other", async () => {
    const { status, stdout, stderr } = await list("--csv", "--json");
    expect([status, stdout, stderr]).toEqual([1, "", "choose one of --csv and --json\n"]);
  });
});

describe("a refund in review", () => {
  const left = claimedRefund({ state: "needs_review", dueAt: undefined, lease: undefined });
  beforeAll(async () => {
    await recorded.putRefund(left);
    const { mid, instMid, merOrderId } = left;
    const entries = [{ refund: { mid, instMid, merOrderId }, sequence: 9 }];
    await recorded.put(feedPageItem("north-shop", { number: 1, at: start, entries }));
  });

  test("is listed also when only a person checks it, and by when its partners were told", async () => {
    const since = (at: number) => ["--partner", "north-shop", "--since", new Date(at).toISOString()];
    const told = async (...args: string[]) =>
      (JSON.parse((await list("--state", "needs_review", "--json", ...args)).stdout) as { merOrderId: string }[]).map(
        ({ merOrderId }) => merOrderId,
      );
    expect(await told(...since(start - hourMs))).toEqual([left.merOrderId]);
    expect(await told(...since(start + hourMs))).toEqual([]);
    expect(await told()).toEqual([left.merOrderId]);
  });
});

describe("the process of a command", () => {
  test("ends with 0 after help, with examples of the very command", async () => {
    const { status, stdout, stderr } = await runEntry("operate/refunds.ts", ["recheck", "--help"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("Usage: npm run refunds -- recheck [options] [MID] MER_ORDER_ID");
    expect(stdout).toMatch(/Examples:\n {2}npm run refunds -- recheck /);
    expect(stdout).not.toContain("npm run refunds -- export");
  });

  test("ends quietly where its reader has enough", async () => {
    const child = spawn(process.execPath, ["operate/refunds.ts", "export", "--data", recorded.data], { stdio: "pipe" });
    child.stdout.destroy();
    const [said] = await Promise.all([text(child.stderr), once(child, "close")]);
    expect([child.exitCode, said]).toEqual([0, ""]);
  });

  const commands = ["refunds.ts list", "partner.ts list", "deploy.ts", "rollback.ts"];
  test.each(commands)("%s says in one sentence that there are no credentials, and what to do", async (command) => {
    const nobody = { PATH: process.env.PATH, AWS_EC2_METADATA_DISABLED: "true", HOME: "/nonexistent" };
    const args = [...command.split(" ").slice(1), "--stage", "prod", "--region", "eu-west-1"];
    const { status, stdout, stderr } = await runEntry(`operate/${command.split(" ")[0]}`, args, nobody);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^There are no AWS credentials to use \(.*\)\. Log in .* --profile\.\n$/);
  });
});
