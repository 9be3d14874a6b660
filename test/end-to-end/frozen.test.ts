import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { FunctionName } from "../../functions/function-envs.ts";
import { type LocalRun, startLocalRun } from "../../sandbox/local-run.ts";
import { startSimulator } from "../../sandbox/simulator/start-simulator.ts";
import { startCuttableProxy } from "../support/cuttable-proxy.ts";
import { newDataDir } from "../support/local-run.ts";
import { createPartner, newOrder } from "../support/partner.ts";

type Proxy = Awaited<ReturnType<typeof startCuttableProxy>>;
const platform = { appId: "platform", appKey: "platform-key" };
const proxies: Proxy[] = [];
const closers: (() => Promise<void>)[] = [];
let run: LocalRun;
beforeAll(async () => {
  const between = async (target: string) => {
    const proxy = await startCuttableProxy(target);
    proxies.push(proxy);
    closers.unshift(proxy.close);
    return proxy.url;
  };
  const simulator = await startSimulator({ credentials: { appId: platform.appId, appKeys: [platform.appKey] } });
  closers.unshift(simulator.close);
  run = await startLocalRun({
    port: 0,
    data: newDataDir(),
    upstream: await between(simulator.url),
    platform,
    instances: 1,
    bundles: inject("bundles"),
    endpointsOf: async (name: FunctionName, { dynamodb, secretsManager }) =>
      name === "refund-query"
        ? { dynamodb: await between(dynamodb), secretsManager: await between(secretsManager) }
        : { dynamodb, secretsManager },
    onLogLine: () => undefined,
  });
  closers.unshift(run.close);
});
afterAll(async () => {
  for (const close of closers) await close();
});

function ask() {
  const [first] = run.ready.partners;
  if (first === undefined) throw new Error("there is no partner");
  return createPartner(run.ready.url, first, first.mids[0] ?? "").ask(newOrder("SUCCESS-"));
}

/** Stops the function as Lambda does between two invocations. */
async function frozen(meanwhile: () => void): Promise<void> {
  for (const pid of run.pids("refund-query")) process.kill(pid, "SIGSTOP");
  meanwhile();
  await sleep(50);
  for (const pid of run.pids("refund-query")) process.kill(pid, "SIGCONT");
}

test.each([
  ["ended", (proxy: Proxy) => proxy.endAll()],
  ["forgotten, which shows only when they are used,", (proxy: Proxy) => proxy.forgetAll()],
])("connections that were %s while the function was frozen never show to the partner", async (_, cut) => {
  for (let round = 0; round < 5; round++) {
    // Several at once, so that several connections are kept to each of upstream, the table and the secrets.
    const before = await Promise.all(Array.from({ length: 8 }, ask));
    expect(before.map(({ status }) => status)).toEqual(before.map(() => 200));
    await frozen(() => proxies.forEach(cut));
    const after = await Promise.all(Array.from({ length: 1 }, ask));
    expect(after.map(({ status, body }) => [status, body.recheck?.state])).toEqual(after.map(() => [200, "succeeded"]));
  }
});

test("it was tried: some of those connections were used once more", () => {
  const resets = proxies.map((proxy) => proxy.resets());
  expect(resets.filter((count) => count > 0).length).toBeGreaterThanOrEqual(2);
});
