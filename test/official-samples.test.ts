import { beforeAll, describe, expect, test } from "vitest";
import { missingTool, runExample } from "./support/example-programs.ts";
import { newDataDir, useLocalRun } from "./support/local-run.ts";
import { runEntry } from "./support/run-command.ts";
import { callsOf, tokenCallsOf } from "./support/simulator-control.ts";

const platform = { appId: "the-samples-app", appKey: "the-samples-key" };
const data = newDataDir();
const local = useLocalRun({ data, instances: 1, platform });

/** The page's three samples, each with what it says of a refund, and whether its `needDataTag` is set. */
const samples = [
  { language: "Java", command: ["java", "OpenApiSdkTest.java"], inData: false },
  { language: "PHP", command: ["php", "data-demo.php"], inData: false },
  { language: "Python", command: ["python3", "data_request.py"], inData: true },
] as const;

/** Runs a sample as its readers run it, with ChinaUMS as the one that it asks, unless `more` says otherwise. */
async function run([program, file]: readonly [string, string], more: Record<string, string | undefined>) {
  const { upstreamUrl: URL, partners } = local.ready();
  const ours = { URL, APP_ID: platform.appId, APP_KEY: platform.appKey, MID: partners[0]?.mids[0], TID: "88880001" };
  const { stdout, stderr } = await runExample([program, `official-samples/${file}`], { ...ours, ...more });
  return stdout + stderr;
}

describe.each(samples)("the $language sample", ({ language, command, inData }) => {
  const missing = missingTool(command[0]);

  test("fetches a token from the local run's ChinaUMS and asks it with that", async ({ skip }) => {
    skip(missing !== undefined, missing);
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

  test("is refused a token where its key is wrong, and asks nothing", async ({ skip }) => {
    skip(missing !== undefined, missing);
    const merOrderId = `SUCCESS-NOBODY-${language.toUpperCase()}`;
    expect(await run(command, { MER_ORDER_ID: merOrderId, APP_KEY: "wrong" })).toContain("1000");
    expect(await callsOf(local.ready().upstreamUrl, merOrderId)).toEqual([]);
  });
});

describe("with the base URL and the pair of a partner of this service", () => {
  const pairOf = (index: number) => {
    const partner = local.ready().partners[index];
    if (partner === undefined) throw new Error(`there is no partner ${index}`);
    const { appId: APP_ID, appKey: APP_KEY, mids } = partner;
    return { URL: local.ready().url, APP_ID, APP_KEY, MID: mids[0] };
  };
  beforeAll(async () => {
    const allowed = await runEntry("operate/partner.ts", ["allow", "--id", "north-shop", "--token", "--data", data]);
    expect(allowed, allowed.stderr).toMatchObject({ status: 0 });
  });

  describe.each(samples)("the $language sample", ({ language, command }) => {
    const missing = missingTool(command[0]);

    test("fetches a token here and learns the refund's outcome", async ({ skip }) => {
      skip(missing !== undefined, missing);
      const before = (await tokenCallsOf(local.ready().upstreamUrl)).length;
      const merOrderId = `FAIL-HERE-${language.toUpperCase()}`;
      const said = await run(command, { MER_ORDER_ID: merOrderId, ...pairOf(0) });
      expect(said).toContain("SUCCESS");
      expect(said).toContain("FAIL");
      // The service asks ChinaUMS for it, by its own signature. The sample's token is for this service alone.
      const calls = await callsOf(local.ready().upstreamUrl, merOrderId);
      expect(calls).toMatchObject([{ verified: true, reason: null }]);
      expect(calls[0]?.authorization).toMatch(/^OPEN-BODY-SIG AppId="the-samples-app",/);
      expect(await tokenCallsOf(local.ready().upstreamUrl)).toHaveLength(before);
    });

    test("is refused a token with a wrong key, or where tokens are not allowed", async ({ skip }) => {
      skip(missing !== undefined, missing);
      const merOrderId = `SUCCESS-HERE-${language.toUpperCase()}`;
      expect(await run(command, { MER_ORDER_ID: merOrderId, ...pairOf(0), APP_KEY: "wrong" })).toContain("1000");
      expect(await run(command, { MER_ORDER_ID: merOrderId, ...pairOf(1) })).toContain("1000");
      expect(await callsOf(local.ready().upstreamUrl, merOrderId)).toEqual([]);
    });
  });
});
