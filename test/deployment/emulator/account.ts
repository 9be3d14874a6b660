import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { TableDefinition } from "../../../sandbox/stack/local-stack.ts";
import type { EventSources } from "./event-sources.ts";
import type { Functions } from "./functions.ts";
import type { HttpApi, OnApiAnswer } from "./http-api.ts";
import type { Iam } from "./iam.ts";
import type { Queues } from "./queues.ts";
import type { Buckets } from "./s3.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Subscriptions } from "./sns.ts";

/** What there is in the one account of the one region. */
export type Account = {
  /** Where its services answer. */
  readonly endpoint: string;
  /** The Parameter Store. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly buckets: Buckets;
  readonly iam: Iam;
  readonly dynamoDb: DynamoDBClient;
  readonly tables: Map<string, TableDefinition>;
  readonly secretsManager: SecretsManagerClient;
  readonly logGroups: Set<string>;
  readonly queues: Queues;
  readonly lambda: Functions;
  /** Variables that every function gets in place of those that it is deployed with. */
  readonly variables: Readonly<Record<string, string>>;
  readonly eventSources: EventSources;
  readonly httpApis: Map<string, HttpApi>;
  readonly onApiAnswer: OnApiAnswer;
  readonly scheduler: Scheduler;
  readonly subscriptions: Subscriptions;
};
