import { isDeepStrictEqual } from "node:util";
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import type { TableDefinition } from "./stack/local-stack.ts";

/**
 * Creates the table as the deployment defines it, unless it is there from an earlier run.
 * @throws an Error if the table is there with other keys or indexes
 */
export async function createTable(client: DynamoDBClient, table: string, definition: TableDefinition): Promise<void> {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, BillingMode, TimeToLiveSpecification } = definition;
  const StreamSpecification = definition.StreamSpecification && {
    StreamEnabled: true,
    ...definition.StreamSpecification,
  };
  const target = { TableName: table };
  try {
    const keys = { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, BillingMode };
    await client.send(new CreateTableCommand({ ...target, ...keys, StreamSpecification }));
    await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, target);
    await client.send(new UpdateTimeToLiveCommand({ ...target, TimeToLiveSpecification }));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
    const { Table } = await client.send(new DescribeTableCommand(target));
    if (!isDeepStrictEqual(keysOf(Table ?? {}), keysOf(definition))) {
      throw new Error(
        `the table ${table} of an earlier run has other keys or indexes; remove its data folder to start afresh`,
      );
    }
    // A table of a run before there was a stream.
    if (Table?.LatestStreamArn === undefined && StreamSpecification !== undefined)
      await client.send(new UpdateTableCommand({ ...target, StreamSpecification }));
  }
}

type Keys = Partial<Pick<TableDefinition, "KeySchema">> & {
  GlobalSecondaryIndexes?: { IndexName?: string | undefined; KeySchema?: unknown; Projection?: unknown }[] | undefined;
};

function keysOf({ KeySchema, GlobalSecondaryIndexes = [] }: Keys): object {
  const indexes = GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection,
  }));
  return { KeySchema, indexes };
}
