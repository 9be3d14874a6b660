import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { newDataDir, useLocalRun } from "../support/local-run.ts";
import { newOrder } from "../support/partner.ts";
import { runCommand, runEntry } from "../support/run-command.ts";
import { callsOf } from "../support/simulator-control.ts";

const data = newDataDir();
const local = useLocalRun({ data, sweepEveryMs: 300, ladder: "1s*100" });

const query = (...args: string[]) => runEntry("sandbox/query.ts", ["--data", data, ...args]);

let refund: (prefix: string) => string[];
beforeAll(() => {
  refund = (prefix) => ["--mer-order-id", newOrder(prefix), "--mid", local.partner().mid, "--tid", "88880001"];
});

describe("npm run query", () => {
  test("says what the answer means, that it is final, and ends with 0", async () => {
    const { status, stdout } = await query(...refund("SUCCESS-"));
    expect(stdout).toContain("The refund has succeeded");
    expect(stdout).toMatch(/^Final +yes$/m);
    expect(status).toBe(0);
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
    expect(status).toBe(0);
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
    expect((await query("--mid", "1")).stderr).toMatch(/^--mer-order-id, --tid: required/);
    expect((await query("--nonsense")).stderr).toMatch(/^Unknown option '--nonsense'/);
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
