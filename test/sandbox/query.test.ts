import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { runQuery } from "../../sandbox/query/query-program.ts";
import { newDataDir, useLocalRun } from "../support/local-run.ts";
import { newOrder } from "../support/partner.ts";
import { runCommand, runEntry, runHere } from "../support/run-command.ts";
import { startScriptedServer } from "../support/scripted-server.ts";
import { callsOf } from "../support/simulator-control.ts";

const data = newDataDir();
const local = useLocalRun({ data, sweepEveryMs: 300, ladder: "1s*100" });

const query = (...args: string[]) => runHere(runQuery, ["--data", data, ...args]);

let refund: (prefix: string) => string[];
beforeAll(() => {
  refund = (prefix) => ["--mer-order-id", newOrder(prefix), "--mid", local.partner().mid, "--tid", "88880001"];
});

describe("npm run query", () => {
  test("says what the answer means, that it is final, and ends with 0", async () => {
    const { status, stdout } = await runEntry("sandbox/query.ts", ["--data", data, ...refund("SUCCESS-")]);
    expect(stdout).toContain("The refund has succeeded");
    expect(stdout).toMatch(/^Final +yes$/m);
    expect(status).toBe(0);
  });

  test("asks the local run itself where Node uses the proxy of the network", async () => {
    const { NO_PROXY: _, no_proxy: __, ...env } = process.env;
    const proxied = { ...env, HTTP_PROXY: "http://127.0.0.1:9", NODE_USE_ENV_PROXY: "1" };
    const { status, stderr } = await runEntry("sandbox/query.ts", ["--data", data, ...refund("SUCCESS-")], proxied);
    expect([status, stderr]).toEqual([0, ""]);
  });

  test("says when a refund that is not final is checked again, and ends with 3", async () => {
    const { status, stdout } = await query(...refund("PROCESSING-"));
    expect(stdout).toMatch(/^Final +no$/m);
    expect(stdout).toMatch(/^Next check +\d{4}-\d\d-\d\dT/m);
    expect(status).toBe(3);
  });

  test("a query that upstream failed is not final either", async () => {
    expect((await query(...refund("HTML-"))).status).toBe(3);
  });

  test("--watch waits for the final answer and shows each check before it", async () => {
    const { status, stdout } = await query(...refund("SETTLES-"), "--watch");
    expect(stdout).toMatch(/^\S+Z +check 1 .*PROCESSING/);
    expect(stdout).toMatch(/^\S+Z +check 2 .*PROCESSING/m);
    expect(stdout).toMatch(/^Final +yes$/m);
    expect(status).toBe(0);
  });

  test("--json prints the bare answer", async () => {
    const { status, stdout } = await query(...refund("FAIL-"), "--json");
    expect(JSON.parse(stdout)).toMatchObject({ refundStatus: "FAIL", recheck: { state: "failed" } });
    expect(status).toBe(4);
  });

  test("--watch --json prints each answer as a line of JSON", async () => {
    const { status, stdout } = await query(...refund("SETTLES-"), "--watch", "--json");
    const answers = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { refundStatus: string });
    expect(answers.map(({ refundStatus }) => refundStatus)).toEqual(["PROCESSING", "PROCESSING", "SUCCESS"]);
    expect(status).toBe(0);
  });

  test.each([
    ["NOORDER-", 3, "ChinaUMS knows no such order"],
    ["LOCKED-", 3, "ChinaUMS has the order locked"],
    ["NEWWORD-", 3, "a code or status that no manual has"],
    ["OTHER-", 3, "gave an answer that we cannot trust"],
    ["BADSIGN-", 3, "Nothing is learnt of any refund until the operator has corrected the key"],
  ])("says of %s why it is not final and what to do", async (prefix, code, sentence) => {
    const { status, stdout } = await query(...refund(prefix));
    expect([status, stdout]).toEqual([code, expect.stringContaining(sentence)]);
  });

  test("a signature that ChinaUMS itself refuses tells nothing of the refund, and something has to be done", async () => {
    const { status, stdout } = await query(...refund("BADSIGN-"), "--direct");
    expect(stdout).toContain("Asking again does not help until that is corrected.");
    expect(stdout).not.toContain("you need not do anything");
    expect(status).toBe(1);
  });

  test.each([
    [{ status: 502, body: "<html><h1>Bad\nGateway</h1></html>" }, "HTTP 502  <html><h1>Bad Gateway</h1></html>"],
    [{ status: 404, body: { message: "Not Found" } }, "HTTP 404  Not Found\nThis answer is of neither the service"],
    [{ status: 200, body: "" }, "HTTP 200\nThis is no answer of the service. It is empty."],
  ])("shows an answer of somebody else: %j", async (answer, text) => {
    await using server = await startScriptedServer(answer);
    const whom = ["--url", server.url, "--app-id", "a", "--app-key", "b"];
    const { status, stdout } = await query(...refund("SUCCESS-"), ...whom);
    expect([status, stdout]).toEqual([1, expect.stringContaining(text)]);
  });

  test("--direct asks upstream itself with the platform's pair", async () => {
    expect((await query(...refund("SUCCESS-"), "--direct")).status).toBe(0);
    const asked = refund("PROCESSING-");
    expect((await query(...asked, "--direct")).status).toBe(3);
    expect((await callsOf(local.ready().upstreamUrl, asked[1])).map(({ verified }) => verified)).toEqual([true]);
  });

  const hasCurl = spawnSync("curl", ["--version"]).status === 0;
  test.skipIf(!hasCurl)("--curl prints a command that a shell runs as it is, quotes and Chinese included", async () => {
    const { stdout } = await query(...refund("SUCCESS-"), "--src-reserve", "it's 中文", "--curl");
    const { stdout: answer, status } = await runCommand("sh", ["-s"], stdout);
    expect(JSON.parse(answer)).toMatchObject({ refundStatus: "SUCCESS", srcReserve: "it's 中文" });
    expect(status).toBe(0);
  });

  test("a refusal names the wrong fields and ends with 1", async () => {
    const { status, stdout } = await query("--mer-order-id", "1", "--mid", "2", "--tid", "3");
    expect(stdout).toMatch(/merOrderId: must be 6 to 32/);
    expect(stdout).toMatch(/mid: must be 15/);
    expect(status).toBe(1);
  });

  test("another service and another partner can be asked", async () => {
    const other = local.ready().partners[1];
    const args = ["--url", local.ready().url, "--app-id", other?.appId ?? "", "--app-key", other?.appKey ?? ""];
    const { status, stdout } = await query(...refund("SUCCESS-"), ...args);
    expect(stdout).toContain("HTTP 403");
    expect(status).toBe(1);
  });

  test("what is missing, wrong or not running is one plain sentence", async () => {
    expect((await query("--mid", "1")).stderr).toMatch(/^--mer-order-id, --tid: required\n/);
    expect((await query("--mer-oder-id", "1")).stderr).toMatch(
      /^unknown option .*\n\(Did you mean --mer-order-id\?\)\n/,
    );
    const nobody = await runEntry("sandbox/query.ts", ["--data", newDataDir(), ...refund("SUCCESS-")]);
    expect(nobody).toMatchObject({ status: 1, stderr: expect.stringMatching(/^no local run is ready in .*\n$/) });
    const unheard = await query(
      ...refund("SUCCESS-"),
      "--url",
      "http://127.0.0.1:1",
      "--app-id",
      "a",
      "--app-key",
      "b",
    );
    expect(unheard).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^no answer from http:\/\/127.0.0.1:1: .*\n$/),
    });
  });
});
