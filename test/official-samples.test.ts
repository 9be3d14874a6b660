import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useLocalRun } from "./support/local-run.ts";
import { callsOf, tokenCallsOf } from "./support/simulator-control.ts";

const platform = { appId: "the-samples-app", appKey: "the-samples-key" };
const local = useLocalRun({ instances: 1, platform });
const folder = join(import.meta.dirname, "../examples/official-samples");

/** The page's three samples, each with what it says of a refund, and whether its `needDataTag` is set. */
const samples = [
  { language: "Java", command: ["java", "OpenApiSdkTest.java"], inData: false },
  { language: "PHP", command: ["php", "data-demo.php"], inData: false },
  { language: "Python", command: ["python3", "data_request.py"], inData: true },
] as const;

function run([program, ...args]: readonly [string, ...string[]], more: Record<string, string>): Promise<string> {
  const { upstreamUrl: URL, partners } = local.ready();
  const ours = { URL, APP_ID: platform.appId, APP_KEY: platform.appKey, MID: partners[0]?.mids[0], TID: "88880001" };
  // Far from Beijing, so that a sample that sends the machine's own time is refused.
  const env = { ...process.env, TZ: "America/New_York", LC_ALL: "C.UTF-8", ...ours, ...more };
  return new Promise((resolve) => {
    execFile(program, args, { cwd: folder, env }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}

describe.each(samples)("the $language sample", ({ language, command, inData }) => {
  const mayRun = spawnSync("sh", ["-c", `command -v ${command[0]}`]).status === 0;

  test.skipIf(!mayRun)("fetches a token from the local run's ChinaUMS and asks it with that", async () => {
    const before = (await tokenCallsOf(local.ready().upstreamUrl)).length;
    const merOrderId = `FAIL-${language.toUpperCase()}`;
    const said = await run(command, { MER_ORDER_ID: merOrderId });
    expect(said).toContain("SUCCESS");
    expect(said).toContain("FAIL");
    const calls = await callsOf(local.ready().upstreamUrl, merOrderId);
    expect(calls).toMatchObject([{ verified: true, reason: null }]);
    expect(calls[0]?.authorization).toMatch(/^OPEN-ACCESS-TOKEN AccessToken="[0-9a-f]{32}", AppId="the-samples-app"$/);
    expect("data" in JSON.parse(calls[0]?.rawBody ?? "")).toBe(inData);
    expect(await tokenCallsOf(local.ready().upstreamUrl)).toHaveLength(before + 1);
  });

  test.skipIf(!mayRun)("is refused a token where its key is wrong, and asks nothing", async () => {
    const merOrderId = `SUCCESS-NOBODY-${language.toUpperCase()}`;
    expect(await run(command, { MER_ORDER_ID: merOrderId, APP_KEY: "wrong" })).toContain("1000");
    expect(await callsOf(local.ready().upstreamUrl, merOrderId)).toEqual([]);
  });
});
