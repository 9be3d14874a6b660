import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalRun, startLocalRun } from "../sandbox/local-run.ts";
import { callsOf } from "./support/simulator-control.ts";

/** The examples that partners copy, each run as its readers run it. */
const examples = [
  { language: "curl", command: ["sh", "refund-status.sh"], tools: ["curl", "openssl"] },
  { language: "Python", command: ["python3", "refund_status.py"], tools: ["python3"] },
  { language: "Java", command: ["java", "RefundStatus.java"], tools: ["java"] },
  { language: "PHP", command: ["php", "refund-status.php"], tools: ["php"] },
  { language: "TypeScript", command: [process.execPath, "refund-status.ts"], tools: [process.execPath] },
  { language: "Go", command: ["go", "run", "refund_status.go"], tools: ["go"] },
] as const;
const folder = join(import.meta.dirname, "../examples");
/** The first Go program of a machine compiles the standard library. */
const slowestMs = 180_000;

const data = mkdtempSync(join(tmpdir(), "examples-"));
let run: LocalRun;
let settings: Record<string, string>;

beforeAll(async () => {
  run = await startLocalRun({
    port: 0,
    data,
    upstream: undefined,
    platform: undefined,
    instances: 1,
    onLogLine: () => undefined,
  });
  const [partner] = run.ready.partners;
  settings = {
    URL: run.ready.url,
    APP_ID: partner?.appId ?? "",
    APP_KEY: partner?.appKey ?? "",
    MID: partner?.mids[0] ?? "",
    TID: "88880001",
  };
}, 60_000);
afterAll(async () => {
  await run?.close();
  rmSync(data, { recursive: true, force: true });
});

type Ended = { readonly exitCode: number; readonly answer: Record<string, unknown> };

function ask([program, ...args]: readonly [string, ...string[]], more: Record<string, string>): Promise<Ended> {
  // Far from Beijing, so that an example that signs the machine's own time is refused; UTF-8, so that Java reads SRC_RESERVE.
  const env = { ...process.env, TZ: "America/New_York", LC_ALL: "C.UTF-8", ...settings, ...more };
  return new Promise((resolve) => {
    execFile(program, args, { cwd: folder, env }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : Number(error.code);
      expect(stdout, stderr).toMatch(/^\{.*\}$/s);
      resolve({ exitCode, answer: JSON.parse(stdout) as Record<string, unknown> });
    });
  });
}

const callsAbout = (merOrderId: string) => callsOf(run.ready.upstreamUrl, merOrderId);

function isInstalled(tool: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${tool}`]).status === 0;
}

describe.each(examples)("the $language example", ({ language, command, tools }) => {
  const mayRun = tools.every(isInstalled);
  const inOrderNumber = language.toUpperCase();

  test.skipIf(!mayRun)("gets the final answer about a refund that has succeeded", { timeout: slowestMs }, async () => {
    const merOrderId = `SUCCESS-${inOrderNumber}`;
    const { exitCode, answer } = await ask(command, { MER_ORDER_ID: merOrderId });
    expect(answer).toMatchObject({ errCode: "SUCCESS", refundStatus: "SUCCESS", recheck: { final: true } });
    expect(exitCode).toBe(0);
    expect(await callsAbout(merOrderId)).toMatchObject([{ verified: true }]);
  });

  test.skipIf(!mayRun)("gets an answer that is not final while it is processed", { timeout: slowestMs }, async () => {
    const merOrderId = `PROCESSING-${inOrderNumber}`;
    const { exitCode, answer } = await ask(command, { MER_ORDER_ID: merOrderId });
    expect(answer).toMatchObject({ refundStatus: "PROCESSING", recheck: { state: "pending", final: false } });
    expect(exitCode).toBe(0);
    expect(await callsAbout(merOrderId)).toMatchObject([{ verified: true }]);
  });

  test.skipIf(!mayRun)(
    "prints the problem and exits with 1 when its key is wrong",
    { timeout: slowestMs },
    async () => {
      const merOrderId = `SUCCESS-NOBODY-${inOrderNumber}`;
      const { exitCode, answer } = await ask(command, { MER_ORDER_ID: merOrderId, APP_KEY: "not-the-key" });
      expect(answer).toMatchObject({ status: 401, errCode: "1000" });
      expect(exitCode).toBe(1);
      expect(await callsAbout(merOrderId)).toEqual([]);
    },
  );

  // A shell has no JSON writer of its own, so that example sends no free text.
  if (language === "curl") return;
  test.skipIf(!mayRun)("signs Chinese as it is sent", { timeout: slowestMs }, async () => {
    const srcReserve = '退货备注 "C20220119000001" \\ 完';
    const merOrderId = `SUCCESS-ZH-${inOrderNumber}`;
    const { answer } = await ask(command, { MER_ORDER_ID: merOrderId, SRC_RESERVE: srcReserve });
    expect(answer).toMatchObject({ srcReserve, recheck: { final: true } });
    const [call] = await callsAbout(merOrderId);
    expect(call).toMatchObject({ verified: true });
    expect(JSON.parse(call?.rawBody ?? "")).toMatchObject({ srcReserve });
  });
});
