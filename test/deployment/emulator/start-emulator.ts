import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { startDatabase } from "../../../sandbox/database.ts";
import { listen } from "../../../sandbox/loopback.ts";
import { startSecretsManager } from "../../../sandbox/secrets-manager/start-secrets-manager.ts";
import {
  localAccount,
  localCredentials,
  localDynamoDb,
  localRegion,
  localSecretsManager,
} from "../../../tools/local-aws.ts";
import { breachesOfContract, exchangeOf } from "../../support/contract.ts";
import { secretArnPrefix } from "../../support/rights-needed.ts";
import type { Account } from "./account.ts";
import { AwsFault } from "./aws-fault.ts";
import { type CloudFormation, createCloudFormation } from "./cloudformation.ts";
import { type Credentials, IssuedCredentials } from "./credentials.ts";
import { EventSources } from "./event-sources.ts";
import { Functions } from "./functions.ts";
import { guarded } from "./guarded.ts";
import { Iam } from "./iam.ts";
import { createLambdaApi } from "./lambda-api.ts";
import { type AwsAnswer, jsonFault, type Service } from "./protocols.ts";
import { Queues } from "./queues.ts";
import { withRestore } from "./restore.ts";
import { createS3 } from "./s3.ts";
import { Scheduler } from "./scheduler.ts";
import { verifySignature } from "./signature.ts";
import { createSns } from "./sns.ts";
import { createSsm } from "./ssm.ts";
import { createSts } from "./sts.ts";

/** As `cdk bootstrap` of a recent version leaves an account. */
const bootstrapVersion = "30";
const qualifier = "hnb659fds";

export type Emulator = {
  /** Where all of its services answer. */
  readonly url: string;
  /** The keys of somebody who may do everything in the account. */
  readonly operator: Credentials;
  readonly account: Account;
  /** What was said over HTTP that is not in the contract with partners. */
  readonly breaches: string[];
  readonly cloudFormation: Omit<CloudFormation, "service">;
  close(): Promise<void>;
};

/**
 * An AWS account on this machine, bootstrapped and empty, as far as this project's deployment and service make use of one. A
 * function that is deployed with one of the `variables` gets the value given here.
 */
export async function startEmulator(variables: Readonly<Record<string, string>> = {}): Promise<Emulator> {
  const data = mkdtempSync(join(tmpdir(), "refund-status-emulator-"));
  const database = await startDatabase({});
  const secrets = await startSecretsManager({ file: join(data, "secrets.json") });

  const services = new Map<string, Service>();
  const issued = new IssuedCredentials();
  const server = createServer(async (incoming, outgoing) => {
    const { status, headers, body } = await answer(incoming, services, issued);
    outgoing.writeHead(status, headers);
    outgoing.end(body);
  });
  const url = await listen(server, 0);

  const iam = new Iam(issued);
  const lambda = new Functions();
  const queues = new Queues(iam);
  const streams = new DynamoDBStreamsClient({
    endpoint: database.endpoint,
    region: localRegion,
    credentials: localCredentials,
  });
  const breaches: string[] = [];
  const account: Account = {
    endpoint: url,
    parameters: new Map([[`/cdk-bootstrap/${qualifier}/version`, bootstrapVersion]]),
    buckets: new Map([[`cdk-${qualifier}-assets-${localAccount}-${localRegion}`, new Map()]]),
    iam,
    dynamoDb: localDynamoDb(database.endpoint),
    tables: new Map(),
    secretsManager: localSecretsManager(secrets.url),
    logGroups: new Set(),
    queues,
    lambda,
    variables,
    eventSources: new EventSources({ iam, lambda, queues, streams }),
    httpApis: new Map(),
    onApiAnswer: (event, answer) => breaches.push(...breachesOfContract(exchangeOf(event, answer))),
    subscriptions: new Map(),
    scheduler: new Scheduler(iam, lambda, queues),
  };
  const cloudFormation = createCloudFormation(account);
  services.set("cloudformation", cloudFormation.service);
  services.set("dynamodb", withRestore(account, guardedTables(account, database.endpoint)));
  services.set("lambda", createLambdaApi(lambda));
  services.set("s3", createS3(account.buckets));
  services.set("secretsmanager", guardedSecrets(account, secrets.url));
  services.set("sns", createSns(account.subscriptions));
  services.set("ssm", createSsm(account.parameters));
  services.set("sts", createSts(issued));

  return {
    url,
    operator: issued.issue({ arn: `arn:aws:iam::${localAccount}:user/operator`, roleName: "administrator" }),
    account,
    breaches,
    cloudFormation,
    async close() {
      await Promise.all([lambda.close(), ...[...account.httpApis.values()].map((api) => api.close())]);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, secrets.close(), database.close()]);
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** The service is the one that the request is signed for. */
async function answer(
  incoming: IncomingMessage,
  services: ReadonlyMap<string, Service>,
  issued: IssuedCredentials,
): Promise<AwsAnswer> {
  const { method = "", url: path = "", headers } = incoming;
  let service: Service | undefined;
  try {
    const request = { method, url: new URL(path, "http://emulator"), headers, body: await buffer(incoming) };
    const { principal, service: name } = verifySignature(request, issued);
    service = services.get(name);
    if (service === undefined) throw new AwsFault("UnknownService", `${name} is not emulated`);
    return await service.answer({ ...request, principal });
  } catch (error) {
    const fault = error instanceof AwsFault ? error : new AwsFault("InternalFailure", String(error), 500);
    return (service?.fail ?? jsonFault)(fault);
  }
}

function guardedTables({ iam, tables }: Account, endpoint: string): Service {
  const partitionKey = (name: string, index: string | undefined) => {
    const table = tables.get(name);
    const keys = table?.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index) ?? table;
    return keys?.KeySchema?.find(({ KeyType }) => KeyType === "HASH")?.AttributeName ?? "";
  };
  return guarded({ prefix: "dynamodb", endpoint, iam, named: () => ({ partitionKey, secretArn: String }) });
}

function guardedSecrets({ iam, secretsManager }: Account, endpoint: string): Service {
  const named = async ({ SecretId }: Record<string, unknown>) => {
    const describe = new DescribeSecretCommand({ SecretId: String(SecretId) });
    const found = await secretsManager.send(describe).catch(() => undefined);
    // Of a secret that is not there, AWS judges what its ARN would begin with.
    const secretArn = (name: string) => found?.ARN ?? secretArnPrefix + name;
    return { partitionKey: String, secretArn };
  };
  return guarded({ prefix: "secretsmanager", endpoint, iam, named });
}
