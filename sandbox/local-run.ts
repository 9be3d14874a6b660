import { join, resolve } from "node:path";
import { createLogTelemetry } from "../console/metrics/log-telemetry.ts";
import { startLocalConsole } from "../console/start-local-console.ts";
import { type FunctionName, functionNames } from "../functions/function-envs.ts";
import { bundleFunctions } from "../infra/bundle/bundle-functions.ts";
import { localDynamoDb, localSecretsManager } from "../tools/local-aws.ts";
import { type Ready, removeReady, writeReady } from "../tools/ready.ts";
import { startApiGateway } from "./api-gateway.ts";
import { apiRoutes } from "./api-routes.ts";
import { lockDataFolder, makeDataFolder } from "./data-folder.ts";
import { startDatabase } from "./database.ts";
import { startDatabaseFront } from "./database-front.ts";
import { type Endpoints, functionEnvironment } from "./function-environment.ts";
import { type FunctionInstances, startFunctionInstances } from "./function-instances.ts";
import { startLocalReceiver } from "./local-receiver.ts";
import type { LocalRunOptions } from "./local-run-options.ts";
import { seedPartners, seedPlatform } from "./local-secrets.ts";
import { startSchedules } from "./schedule.ts";
import { startSecretsManager } from "./secrets-manager/start-secrets-manager.ts";
import { startSimulator } from "./simulator/start-simulator.ts";
import { localStack, type Schedule, type StreamMapping } from "./stack/local-stack.ts";
import { startStream } from "./stream/start-stream.ts";
import { createTable } from "./table.ts";

export type LocalRun = {
  readonly ready: Ready;
  /** The processes of a function's instances. */
  readonly pids: (name: FunctionName) => number[];
  /** Gives a function an event and waits for what it returns. */
  readonly invoke: (name: FunctionName, event: unknown) => Promise<unknown>;
  close(): Promise<void>;
};

/**
 * Starts the whole service on this machine: database, Secrets Manager, simulator, and the deployed bundles behind HTTP and
 * the schedule, with the table, environment, routes and times of the synthesized template.
 * @throws an Error with one plain sentence, after closing what had been started
 */
export async function startLocalRun(options: LocalRunOptions): Promise<LocalRun> {
  const data = resolve(options.data);
  makeDataFolder(data);
  const lock = lockDataFolder(data);
  removeReady(data);

  const onStage = options.onStage ?? (() => {});
  const started: { close(): Promise<void> }[] = [];
  const starting = async <T extends { close(): Promise<void> }>(part: Promise<T>): Promise<T> => {
    const running = await part;
    started.unshift(running);
    return running;
  };
  const close = async () => {
    removeReady(data);
    await Promise.all(started.map((part) => part.close()));
    lock.release();
  };

  try {
    onStage("Reading the stack; after a change it is synthesized anew, which takes a few seconds …");
    const stack = await localStack(options.settings);
    // The port is opened first, so that a taken one is reported at once. Early requests wait for the functions.
    const functions = new Map<FunctionName, FunctionInstances>();
    let up = () => {};
    const whenUp = new Promise<void>((done) => {
      up = done;
    });
    const invoke = async (name: FunctionName, event: unknown) => {
      await whenUp;
      return await functions.get(name)?.invoke(event);
    };
    const routes = apiRoutes({ functions: stack.routes, invoke, onAnswer: options.onApiAnswer });
    const front = await starting(startApiGateway({ port: options.port, routes }));

    onStage("Starting the database, the secrets and the simulator …");
    const ownDatabase = process.env.AWS_ENDPOINT_URL_DYNAMODB;
    const database = ownDatabase
      ? { endpoint: ownDatabase }
      : await starting(startDatabase({ file: join(data, "dynamodb.sqlite") }));
    const databaseUrl = ownDatabase ?? (await starting(startDatabaseFront({ engineUrl: database.endpoint }))).url;
    await createTable(localDynamoDb(database.endpoint), stack.tableName, stack.table);

    const secretsManager = await starting(startSecretsManager({ file: join(data, "secrets.json") }));
    const secrets = localSecretsManager(secretsManager.url);
    const platform = await seedPlatform(secrets, options.platform);
    const partners = await seedPartners(secrets);
    const onDeliveryLine = options.onDeliveryLine ?? (() => {});
    const receiver = await starting(startLocalReceiver({ secrets, partner: partners[0], onLine: onDeliveryLine }));
    const webhookLoopback = options.loopbackWebhooks ? "*" : receiver.url;

    const { appId, appKey } = platform;
    const simulator = { port: options.simulatorPort ?? 0, credentials: { appId, appKeys: [appKey] } };
    const upstreamUrl = options.upstream ?? (await starting(startSimulator(simulator))).url;

    onStage("Bundling and starting the functions …");
    const telemetry = createLogTelemetry();
    const onLogLine = (line: string) => {
      telemetry.add(line);
      options.onLogLine(line);
    };
    const endpoints: Endpoints = { dynamodb: database.endpoint, secretsManager: secretsManager.url };
    const bundles = options.bundles ?? bundle(data);
    for (const name of functionNames) {
      const deployed = stack.functions[name];
      const itsEndpoints = (await options.endpointsOf?.(name, endpoints)) ?? endpoints;
      const instances = startFunctionInstances({
        bundle: join(bundles, name, "index.mjs"),
        environment: functionEnvironment(deployed, itsEndpoints, {
          upstreamUrl,
          webhookLoopback,
          ladder: options.ladder,
        }),
        instances: name === "refund-query" ? options.instances : 1,
        timeoutMs: options.functionTimeoutMs ?? deployed.timeoutMs,
        onLogLine,
      });
      functions.set(name, await starting(instances));
    }
    up();
    const sweep = ({ target, input }: Schedule) => invoke(target, input);
    await starting(
      Promise.resolve(startSchedules({ schedules: stack.schedules, invoke: sweep, everyMs: options.sweepEveryMs })),
    );

    const { tableName, streamMappings } = stack;
    const tell = ({ target }: StreamMapping, event: unknown) => invoke(target, event);
    const { endpoint } = database;
    const mappings = options.withoutStream ? [] : streamMappings;
    await starting(startStream({ endpoint, table: tableName, mappings, invoke: tell, onRecord: options.onRecord }));

    const {
      OPEN_LADDER = "",
      NOT_FOUND_LADDER = "",
      PRODUCT_LADDERS = "{}",
    } = stack.functions["refund-recheck"].environment;
    const { ladder } = options;
    const ready: Ready = {
      url: front.url,
      upstreamUrl,
      partners: partners.map((partner) => ({
        partnerId: partner.partnerId,
        appId: partner.appId,
        appKey: partner.appKeys[0] ?? "",
        mids: partner.mids,
      })),
      dynamodb: { endpoint: databaseUrl, table: stack.tableName },
      secretsManager: { endpoint: secretsManager.url },
      receiver: { url: receiver.url, secret: receiver.secret },
      webhookLoopback,
      ladders: {
        OPEN_LADDER: ladder ?? OPEN_LADDER,
        NOT_FOUND_LADDER: ladder ?? NOT_FOUND_LADDER,
        PRODUCT_LADDERS,
      },
    };
    const console = await starting(startLocalConsole({ data, ready, telemetry }));
    ready.console = { url: console.url };
    writeReady(data, ready);
    return { ready, pids: (name) => functions.get(name)?.pids() ?? [], invoke, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Bundles the functions into folders below the one that is returned. */
function bundle(data: string): string {
  const folder = join(data, "functions");
  bundleFunctions(functionNames, folder);
  return folder;
}
