import { randomBytes } from "node:crypto";
import { userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { openPartnerAudit } from "../operate/partner-audit.ts";
import type { LocalServer } from "../sandbox/local-server.ts";
import { partnerSecretPrefix, webhookSecretPrefix } from "../shared/names.ts";
import { defaultLadders } from "../shared/refund/recheck-ladder.ts";
import { localDynamoDb, localSecretsManager, localStage } from "../tools/local-aws.ts";
import type { Ready } from "../tools/ready.ts";
import { laddersIn } from "./deployed-ladders.ts";
import type { Telemetry } from "./metrics/service-metrics.ts";
import { startConsole } from "./start-console.ts";

export type LocalConsoleDeps = {
  /** The folder of the local run. */
  readonly data: string;
  readonly ready: Ready;
  /** Figures out of the functions' log lines. */
  readonly telemetry: Telemetry;
};

/** The console of a local run, at any free port of 127.0.0.1. Its URL has a token of its own. */
export async function startLocalConsole({ data, ready, telemetry }: LocalConsoleDeps): Promise<LocalServer> {
  const { dynamodb, secretsManager, ladders } = ready;
  const secrets = localSecretsManager(secretsManager.endpoint);
  return await startConsole({
    port: 0,
    token: randomBytes(32).toString("base64url"),
    isReadOnly: false,
    client: localDynamoDb(dynamodb.endpoint),
    table: dynamodb.table,
    partners: { client: secrets, prefix: partnerSecretPrefix(localStage) },
    webhooks: { client: secrets, prefix: webhookSecretPrefix(localStage) },
    openPartnerAudit: () => openPartnerAudit({ data }, process),
    telemetry,
    ladders: ladders === undefined ? defaultLadders : laddersIn(ladders),
    localRun: { ...ready, data },
    by: userInfo().username,
    now: Date.now,
    random: Math.random,
    sleep: (ms) => sleep(ms),
  });
}
