import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type LocalRun, startLocalRun } from "../sandbox/local-run.ts";
import { missingTool, runExample } from "./support/example-programs.ts";
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
    bundles: inject("bundles"),
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

async function ask(command: readonly [string, ...string[]], more: Record<string, string>) {
  const { exitCode, stdout, stderr } = await runExample(command, { ...settings, ...more });
  expect(stdout, stderr).toMatch(/^\{.*\}$/s);
  return { exitCode, answer: JSON.parse(stdout) as Record<string, unknown> };
}

const callsAbout = (merOrderId: string) => callsOf(run.ready.upstreamUrl, merOrderId);

describe.each(examples)("the $language example", ({ language, command, tools }) => {
  const [missing] = tools.map(missingTool).filter((why) => why !== undefined);
  const inOrderNumber = language.toUpperCase();

  test("gets the final answer about a refund that has succeeded", { timeout: slowestMs }, async ({ skip }) => {
    skip(missing !== undefined, missing);
    const merOrderId = `SUCCESS-${inOrderNumber}`;
    const { exitCode, answer } = await ask(command, { MER_ORDER_ID: merOrderId });
    expect(answer).toMatchObject({ errCode: "SUCCESS", refundStatus: "SUCCESS", recheck: { final: true } });
    expect(exitCode).toBe(0);
    expect(await callsAbout(merOrderId)).toMatchObject([{ verified: true }]);
  });

  test("gets an answer that is not final while it is processed", { timeout: slowestMs }, async ({ skip }) => {
    skip(missing !== undefined, missing);
    const merOrderId = `PROCESSING-${inOrderNumber}`;
    const { exitCode, answer } = await ask(command, { MER_ORDER_ID: merOrderId });
    expect(answer).toMatchObject({ refundStatus: "PROCESSING", recheck: { state: "pending", final: false } });
    expect(exitCode).toBe(0);
    expect(await callsAbout(merOrderId)).toMatchObject([{ verified: true }]);
  });

  test("prints the problem and exits with 1 when its key is wrong", { timeout: slowestMs }, async ({ skip }) => {
    skip(missing !== undefined, missing);
    const merOrderId = `SUCCESS-NOBODY-${inOrderNumber}`;
    const { exitCode, answer } = await ask(command, { MER_ORDER_ID: merOrderId, APP_KEY: "not-the-key" });
    expect(answer).toMatchObject({ status: 401, errCode: "1000" });
    expect(exitCode).toBe(1);
    expect(await callsAbout(merOrderId)).toEqual([]);
  });

  // A shell has no JSON writer of its own, so that example sends no free text.
  if (language === "curl") return;
  test("signs Chinese as it is sent", { timeout: slowestMs }, async ({ skip }) => {
    skip(missing !== undefined, missing);
    const srcReserve = '退货备注 "C20220119000001" \\ 完';
    const merOrderId = `SUCCESS-ZH-${inOrderNumber}`;
    const { answer } = await ask(command, { MER_ORDER_ID: merOrderId, SRC_RESERVE: srcReserve });
    expect(answer).toMatchObject({ srcReserve, recheck: { final: true } });
    const [call] = await callsAbout(merOrderId);
    expect(call).toMatchObject({ verified: true });
    expect(JSON.parse(call?.rawBody ?? "")).toMatchObject({ srcReserve });
  });
});
