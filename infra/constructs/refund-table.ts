import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { MathExpression, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from "aws-cdk-lib/aws-dynamodb";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { dueIndex, keyPrefixes } from "../../shared/names.ts";
import type { Settings } from "../settings.ts";

const refunds = `${keyPrefixes.refund}*`;
const keys = `${keyPrefixes.key}*`;
const sweeps = `${keyPrefixes.sweep}*`;
const tokens = `${keyPrefixes.token}*`;
const feeds = `${keyPrefixes.feed}*`;
const endpoints = `${keyPrefixes.endpoint}*`;
const shares = `${keyPrefixes.share}*`;

type RefundTableProps = {
  readonly settings: Pick<Settings, "tableName" | "tableStreamArn">;
  readonly key: IKey | undefined;
};

/** One table for refunds, their answers and the partners' keys, with a sparse index of the refunds that are due. */
export class RefundTable extends Construct {
  readonly tableName: string;
  /** What changes in the table; undefined where another table is used whose stream is not known. */
  readonly streamArn: string | undefined;
  readonly tableArn: string;

  constructor(scope: Construct, id: string, { settings, key }: RefundTableProps) {
    super(scope, id);
    // It stays in the stack where the functions use another one, so that a restored table can be left again.
    const own = new Table(this, "Table", {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: "ttl",
      // What becomes due to be told is told at once by it. Nothing depends on it, because a schedule tells what is left.
      stream: StreamViewType.NEW_IMAGE,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      ...(key === undefined
        ? { encryption: TableEncryption.AWS_MANAGED }
        : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
      // The records of customers' money outlive the stack, and no single command deletes them.
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // Keys only, so that taking a lease and counting an attempt write nothing to the index.
    own.addGlobalSecondaryIndex({
      indexName: dueIndex,
      partitionKey: { name: "dueShard", type: AttributeType.STRING },
      sortKey: { name: "dueAt", type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    const { tableName } = settings;
    this.streamArn = tableName === undefined ? own.tableStreamArn : settings.tableStreamArn;
    this.tableName = tableName ?? own.tableName;
    this.tableArn =
      tableName === undefined
        ? own.tableArn
        : Stack.of(this).formatArn({ service: "dynamodb", resource: "table", resourceName: tableName });
  }

  /** Reads and writes, of the table or its index, that DynamoDB refused because there were too many. */
  throttles(): MathExpression {
    const events = (metricName: string, index?: string) =>
      new Metric({
        namespace: "AWS/DynamoDB",
        metricName,
        dimensionsMap: { TableName: this.tableName, ...(index && { GlobalSecondaryIndexName: index }) },
        statistic: Stats.SUM,
        period: Duration.minutes(5),
      });
    return new MathExpression({
      expression: "FILL(reads, 0) + FILL(writes, 0) + FILL(indexReads, 0) + FILL(indexWrites, 0)",
      usingMetrics: {
        reads: events("ReadThrottleEvents"),
        writes: events("WriteThrottleEvents"),
        indexReads: events("ReadThrottleEvents", dueIndex),
        indexWrites: events("WriteThrottleEvents", dueIndex),
      },
      label: "Reads and writes that DynamoDB refused",
      period: Duration.minutes(5),
    });
  }

  /** To claim a refund for a question, settle it by the answer, keep replaced answers and keys, and read what is on record. */
  grantClaimAndSettle(grantee: IGrantable): void {
    // A transaction needs the rights of the writes in it, here updates of refunds and puts of answers and keys.
    this.#allow(grantee, ["dynamodb:GetItem", "dynamodb:UpdateItem"], [refunds]);
    this.#allow(grantee, ["dynamodb:PutItem"], [refunds, keys]);
  }

  /** To lease a group of shards, find what is due in them, read and settle it, and keep replaced answers and verifications. */
  grantSweepAndSettle(grantee: IGrantable): void {
    this.#allowIndex(grantee);
    this.#allow(grantee, ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:UpdateItem"], [refunds]);
    this.#allow(grantee, ["dynamodb:PutItem"], [refunds, sweeps]);
  }

  /** To find what is to be told, write events into feeds, keep deliveries, and remember which endpoints fail. */
  grantTell(grantee: IGrantable): void {
    this.#allowIndex(grantee);
    this.#allow(grantee, ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"], [refunds]);
    this.#allow(grantee, ["dynamodb:PutItem"], [refunds, sweeps, feeds, endpoints]);
    this.#allow(grantee, ["dynamodb:Query"], [feeds]);
    this.#allow(grantee, ["dynamodb:GetItem", "dynamodb:DeleteItem"], [endpoints]);
  }

  /** To register refunds, and to read feeds with the events that they list. */
  grantWatchAndRead(grantee: IGrantable): void {
    this.#allow(grantee, ["dynamodb:BatchGetItem", "dynamodb:UpdateItem", "dynamodb:PutItem"], [refunds]);
    this.#allow(grantee, ["dynamodb:Query"], [feeds]);
  }

  /** To be handed what changes. Lambda reads the stream by the function's own role. */
  grantReadStream(grantee: IGrantable, streamArn: string): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: [
          "dynamodb:DescribeStream",
          "dynamodb:GetRecords",
          "dynamodb:GetShardIterator",
          "dynamodb:ListStreams",
        ],
        resources: [streamArn],
      }),
    );
  }

  /** To read, lease and replace the access token that all instances share. The AppId in its key is known at run time only. */
  grantShareToken(grantee: IGrantable): void {
    this.#allow(grantee, ["dynamodb:GetItem", "dynamodb:PutItem"], [tokens]);
  }

  #allowIndex(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ["dynamodb:Query"],
        resources: [`${this.tableArn}/index/${dueIndex}`],
      }),
    );
  }

  /** To count what a partner takes of its share. */
  grantSpendShares(grantee: IGrantable): void {
    this.#allow(grantee, ["dynamodb:UpdateItem"], [shares]);
  }

  /** Allows actions on items whose partition keys have one of these forms, because a token among the refunds is a secret. */
  #allow(grantee: IGrantable, actions: string[], leadingKeys: string[]): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions,
        resources: [this.tableArn],
        conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": leadingKeys } },
      }),
    );
  }
}
