import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleFunctions } from "../../infra/bundle/bundle-functions.ts";
import { type FunctionInstances, startFunctionInstances } from "../../sandbox/function-instances.ts";
import { localPartnerPrefix } from "../../sandbox/local-secrets.ts";
import { localCredentials, localRegion } from "../../tools/local-aws.ts";
import { newDataDir, useLocalRun } from "../support/local-run.ts";
import { newOrder } from "../support/partner.ts";
import { callsOf } from "../support/simulator-control.ts";

const local = useLocalRun();
const order = newOrder("SUCCESS-");
const lines: string[] = [];
let probe: FunctionInstances;

beforeAll(async () => {
  const outDir = newDataDir();
  bundleFunctions(["probe"], outDir);
  const { url, partners, secretsManager } = local.ready();
  const [partner] = partners;
  const question = { mid: partner?.mids[0], tid: "88880001", instMid: "APPDEFAULT", merOrderId: order };
  probe = await startFunctionInstances({
    bundle: join(outDir, "probe/index.mjs"),
    environment: {
      STAGE: "local",
      PROBE_URL: url,
      PROBE_QUESTION: JSON.stringify(question),
      PARTNER_SECRET_ID: localPartnerPrefix + partner?.appId,
      CLIENT_CERTIFICATE_SECRET_ID: "",
      AWS_REGION: localRegion,
      AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.endpoint,
    },
    instances: 1,
    timeoutMs: 40_000,
    onLogLine: (line) => lines.push(line),
  });
});
afterAll(() => probe?.close());

test("the bundled probe asks as a partner, and counts its answer without asking ChinaUMS", async () => {
  await local.partner().ask(order);
  const calls = (await callsOf(local.ready().upstreamUrl, order)).length;
  await probe.invoke({});
  await expect.poll(() => lines.length, { timeout: 20_000 }).toBe(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ event: "probe", status: 200, errCode: "SUCCESS", Probes: 1 });
  expect(await callsOf(local.ready().upstreamUrl, order)).toHaveLength(calls);
});
