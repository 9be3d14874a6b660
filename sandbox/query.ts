/** `npm run query`: asks about one refund as a partner does, and says what the answer means. */

import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { createRefundStatusClient } from "../client/refund-status-client.ts";
import { RefundStatusError } from "../client/refund-status-error.ts";
import { signQuery } from "../client/signed-query.ts";
import type { KeyPair } from "../client/signed-request.ts";
import { fail } from "../tools/fail.ts";
import { localSecretsManager } from "../tools/local-aws.ts";
import { type Ready, readReady } from "../tools/ready.ts";
import { curlCommand } from "./curl-command.ts";
import { formatAnswer, formatCheck, isFinalAnswer, type PartnerAnswer } from "./format-answer.ts";
import { localPlatformSecret } from "./local-secrets.ts";

const watchEveryMs = 1_000;
const exitCodes = { final: 0, error: 1, notFinal: 3 } as const;
const usage = `npm run query -- --mer-order-id X --mid M --tid T --inst-mid APPDEFAULT
    [--url URL --app-id ID --app-key KEY]   another service or partner than the local run's first
    [--direct]                              ask ChinaUMS itself, as the official SDK samples do
    [--msg-id TEXT] [--src-reserve TEXT] [--idempotency-key KEY] [--data .sandbox]
    [--watch]                               asks until the answer is final, and shows each check
    [--json | --curl]                       prints the bare answer, or the signed curl command without asking`;

function readOptions() {
  try {
    const text = { type: "string" } as const;
    const flag = { type: "boolean", default: false } as const;
    return parseArgs({
      options: {
        "mer-order-id": text,
        mid: text,
        tid: text,
        "inst-mid": { ...text, default: "APPDEFAULT" },
        "msg-id": text,
        "src-reserve": text,
        "idempotency-key": text,
        url: text,
        "app-id": text,
        "app-key": text,
        data: { ...text, default: ".sandbox" },
        direct: flag,
        watch: flag,
        json: flag,
        curl: flag,
      },
    }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

const options = readOptions();
const { mid, tid, "mer-order-id": merOrderId, "inst-mid": instMid } = options;
const missing = Object.entries({ "--mer-order-id": merOrderId, "--mid": mid, "--tid": tid })
  .filter(([, value]) => value === undefined)
  .map(([name]) => name);
if (missing.length > 0) fail(`${missing.join(", ")}: required\n${usage}`);

function localRun(): Ready {
  try {
    return readReady(options.data);
  } catch (error) {
    return fail(`${(error as Error).message}, or give --url, --app-id and --app-key`);
  }
}

async function platformOf(ready: Ready): Promise<KeyPair> {
  const client = localSecretsManager(ready.secretsManager.endpoint);
  const { SecretString = "{}" } = await client.send(new GetSecretValueCommand({ SecretId: localPlatformSecret }));
  return JSON.parse(SecretString) as KeyPair;
}

async function whomToAsk(): Promise<{ url: string; credentials: KeyPair }> {
  const { url, "app-id": appId, "app-key": appKey } = options;
  if (url !== undefined && appId !== undefined && appKey !== undefined) return { url, credentials: { appId, appKey } };
  const ready = localRun();
  const own = options.direct ? await platformOf(ready) : ready.partners[0];
  const credentials = { appId: appId ?? own?.appId ?? "", appKey: appKey ?? own?.appKey ?? "" };
  return { url: url ?? (options.direct ? ready.upstreamUrl : ready.url), credentials };
}

const { url, credentials } = await whomToAsk();
const question = {
  merOrderId: merOrderId ?? "",
  mid: mid ?? "",
  tid: tid ?? "",
  instMid,
  msgId: options["msg-id"],
  srcReserve: options["src-reserve"],
};
const idempotencyKey = options["idempotency-key"];
if (options.curl) {
  const moment = { now: Date.now(), nonce: randomBytes(16).toString("hex") };
  process.stdout.write(`${curlCommand(signQuery({ baseUrl: url, credentials, question, idempotencyKey }, moment))}\n`);
  process.exit(exitCodes.final);
}

// Each answer is shown as it is, so none is tried again.
const client = createRefundStatusClient({ baseUrl: url, ...credentials, maxRetries: 0 });

async function askOnce(): Promise<PartnerAnswer> {
  try {
    return { status: 200, body: await client.query(question, { idempotencyKey }) };
  } catch (error) {
    if (!(error instanceof RefundStatusError)) throw error;
    // ChinaUMS itself answers without `recheck`, which the client of this service takes for an error.
    return error.status === undefined ? fail(error.message) : { status: error.status, body: error.body ?? {} };
  }
}
const isFinalOf = (answer: PartnerAnswer) => isFinalAnswer(answer, merOrderId ?? "");

let answer = await askOnce();
for (let shown = ""; options.watch && isFinalOf(answer) === false; answer = await askOnce()) {
  const check = formatCheck(answer);
  if (check !== shown) process.stdout.write(`${check}\n`);
  shown = check;
  await sleep(watchEveryMs);
}
const isFinal = isFinalOf(answer);
process.stdout.write(options.json ? `${JSON.stringify(answer.body, null, 2)}\n` : formatAnswer(answer, isFinal));
process.exitCode = isFinal === undefined ? exitCodes.error : isFinal ? exitCodes.final : exitCodes.notFinal;
