import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { functionEnvironment } from "../sandbox/function-environment.ts";
import { localStack } from "../sandbox/stack/local-stack.ts";
import { certificateFile } from "./fakes/serve-fake.ts";
import { startFake } from "./fakes/start-fake.ts";
import { partnerSecret, platformSecret, signedEvent } from "./partner-event.ts";
import { throttle } from "./throttle.ts";

type Phase = { readonly ms: number; readonly cpuMs: number };
type Answered = Phase & { readonly statusCode: number; readonly body: string };
export type ColdStart = { readonly loaded: Phase; readonly answered: Answered | undefined };

/**
 * One process from its start to its first answer, or to loaded where it is not to answer; throttled from then on if at all.
 * @throws {Error} with the answer, where that is no success
 */
export async function coldStart(
  bundle: string | undefined,
  env: NodeJS.ProcessEnv,
  answers: boolean,
  memoryMb?: number,
): Promise<ColdStart> {
  const child = fork(join(import.meta.dirname, "cold-child.mjs"), bundle === undefined ? [] : [bundle], {
    env,
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  let free = () => {};
  try {
    const [loaded] = (await once(child, "message")) as [Phase];
    if (!answers) return { loaded, answered: undefined };
    if (memoryMb !== undefined) free = throttle(child.pid ?? 0, memoryMb);
    child.send(signedEvent("FIRST-0001"));
    const [answered] = (await once(child, "message")) as [Answered];
    if (answered.statusCode !== 200) throw new Error(`${bundle} answered ${answered.statusCode}: ${answered.body}`);
    return { loaded, answered };
  } finally {
    free();
    child.kill("SIGKILL");
    await exited;
  }
}

/** Runs with DynamoDB, Secrets Manager and ChinaUMS as three processes with fixed answers, and the environment that leads to them. */
export async function withFakes<T>(use: (env: NodeJS.ProcessEnv) => Promise<T>): Promise<T> {
  const stack = await localStack();
  const deployed = stack.functions["refund-query"];
  const { PLATFORM_SECRET_ID = "", PARTNER_SECRET_PREFIX = "" } = deployed.environment;
  const secrets = {
    [PLATFORM_SECRET_ID]: platformSecret,
    [PARTNER_SECRET_PREFIX + partnerSecret.appId]: partnerSecret,
  };
  const dynamodb = await startFake("aws", ["{}", "https"]);
  const secretsManager = await startFake("aws", [JSON.stringify(secrets), "https"]);
  const upstream = await startFake("upstream", ["0", "PROCESSING", "https"]);
  try {
    const endpoints = { dynamodb: dynamodb.url, secretsManager: secretsManager.url };
    return await use({
      TZ: ":UTC",
      PATH: process.env.PATH ?? "",
      NODE_EXTRA_CA_CERTS: certificateFile,
      POWERTOOLS_TRACE_ENABLED: "false",
      ...functionEnvironment(deployed, endpoints, {
        upstreamUrl: upstream.url,
        webhookLoopback: "",
        ladder: undefined,
      }),
    });
  } finally {
    await Promise.all([dynamodb, secretsManager, upstream].map((fake) => fake.close()));
  }
}
