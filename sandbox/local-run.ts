import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { RefundQueryEnv } from "../functions/refund-query/env.ts";
import { bundleFunction, type FunctionName } from "../infra/bundle/bundle-function.ts";
import type { Credentials } from "../shared/chinaums/open-body-sig.ts";
import { refundQueryPath } from "../shared/chinaums/refund-query.ts";
import { defaultNotFoundLadder, defaultOpenLadder } from "../shared/refund/recheck-ladder.ts";
import { startApiGateway } from "./api-gateway.ts";
import { localCredentials, localDynamoDb, localRegion, startDatabase } from "./database.ts";
import { type FunctionInstances, startFunctionInstances } from "./function-instances.ts";
import {
  localSecretsManager,
  partnerSecretPrefix,
  platformSecretId,
  seedPartners,
  seedPlatform,
} from "./local-secrets.ts";
import { startSecretsManager } from "./secrets-manager/start-secrets-manager.ts";
import { startSimulator } from "./simulator/start-simulator.ts";
import { createTable } from "./table.ts";

export type LocalRunOptions = {
  /** Of 127.0.0.1; 0 for any that is free. */
  readonly port: number;
  /** The folder of the database, the secrets and ready.json. */
  readonly data: string;
  /** A real upstream in place of the simulator. */
  readonly upstream: string | undefined;
  /** The platform's pair; made up where there is none. */
  readonly platform: Credentials | undefined;
  /** Function instances that requests are spread over. */
  readonly instances: number;
  /** What an invocation may take, in ms; as deployed where it is not said. */
  readonly functionTimeoutMs?: number;
  readonly onLogLine: (line: string) => void;
};

/** What a client of the local run needs; also the content of ready.json. */
export type Ready = {
  readonly url: string;
  readonly upstreamUrl: string;
  readonly partners: readonly { partnerId: string; appId: string; appKey: string; mids: string[] }[];
  readonly dynamodb: { readonly endpoint: string; readonly table: string };
  readonly secretsManager: { readonly endpoint: string };
};

export type LocalRun = {
  readonly ready: Ready;
  /** The processes of the function's instances. */
  readonly pids: () => number[];
  close(): Promise<void>;
};

const table = "RefundStatus-local";
const deployedTimeoutMs = 28_000;

/**
 * Starts the whole service on this machine: database, Secrets Manager, simulator, and the deployed bundle behind HTTP.
 * @throws an Error whose message is one plain sentence; what had been started is ended again
 */
export async function startLocalRun(options: LocalRunOptions): Promise<LocalRun> {
  const data = resolve(options.data);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const readyFile = join(data, "ready.json");
  rmSync(readyFile, { force: true });

  const started: { close(): Promise<void> }[] = [];
  const starting = async <T extends { close(): Promise<void> }>(part: Promise<T>): Promise<T> => {
    const running = await part;
    started.unshift(running);
    return running;
  };
  const close = async () => {
    rmSync(readyFile, { force: true });
    await Promise.all(started.map((part) => part.close()));
  };

  try {
    // Requests that come before the function is up wait for it; a port that is taken is known at once.
    let instances: FunctionInstances | undefined;
    let up = () => {};
    const whenUp = new Promise<void>((done) => {
      up = done;
    });
    const invoke = async (event: unknown) => {
      await whenUp;
      return await instances?.invoke(event);
    };
    const front = await starting(startApiGateway(options.port, { [`POST ${refundQueryPath}`]: invoke }));

    const ownDatabase = process.env.AWS_ENDPOINT_URL_DYNAMODB;
    const database = ownDatabase
      ? { endpoint: ownDatabase }
      : await starting(startDatabase(join(data, "dynamodb.sqlite")));
    await createTable(localDynamoDb(database.endpoint), table);

    const secretsManager = await starting(startSecretsManager({ file: join(data, "secrets.json") }));
    const secrets = localSecretsManager(secretsManager.url);
    const platform = await seedPlatform(secrets, options.platform);
    const partners = await seedPartners(secrets);

    const { appId, appKey } = platform;
    const upstreamUrl =
      options.upstream ?? (await starting(startSimulator({ credentials: { appId, appKeys: [appKey] } }))).url;

    const environment: RefundQueryEnv = {
      STAGE: "local",
      TABLE_NAME: table,
      PLATFORM_SECRET_ID: platformSecretId,
      PARTNER_SECRET_PREFIX: partnerSecretPrefix,
      UPSTREAM_BASE_URL: upstreamUrl,
      OPEN_LADDER: defaultOpenLadder,
      NOT_FOUND_LADDER: defaultNotFoundLadder,
      SHARDS: "16",
    };
    instances = await starting(
      startFunctionInstances({
        bundle: bundle("refund-query", data),
        environment: {
          AWS_REGION: localRegion,
          AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
          AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
          AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
          AWS_LAMBDA_FUNCTION_NAME: "refund-query",
          ...environment,
        },
        instances: options.instances,
        timeoutMs: options.functionTimeoutMs ?? deployedTimeoutMs,
        onLogLine: options.onLogLine,
      }),
    );
    up();

    const ready: Ready = {
      url: front.url,
      upstreamUrl,
      partners: partners.map((partner) => ({
        partnerId: partner.partnerId,
        appId: partner.appId,
        appKey: partner.appKeys[0] ?? "",
        mids: partner.mids,
      })),
      dynamodb: { endpoint: database.endpoint, table },
      secretsManager: { endpoint: secretsManager.url },
    };
    writeFileSync(`${readyFile}.new`, `${JSON.stringify(ready, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${readyFile}.new`, readyFile);
    return { ready, pids: instances.pids, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function bundle(name: FunctionName, data: string): string {
  const outDir = join(data, "functions", name);
  bundleFunction(name, outDir);
  return join(outDir, "index.mjs");
}
