import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { fail } from "../tools/fail.ts";
import { localDynamoDb } from "../tools/local-aws.ts";
import { readReady } from "../tools/ready.ts";

type TableOptions = {
  readonly table?: string | undefined;
  readonly region?: string | undefined;
  readonly data: string;
};

/** The table that the options name, or the local run's. Ends the command if there is neither. */
export function openTable({ table, region, data }: TableOptions): { client: DynamoDBClient; table: string } {
  if (table !== undefined) return { client: new DynamoDBClient(region === undefined ? {} : { region }), table };
  try {
    const { dynamodb } = readReady(data);
    return { client: localDynamoDb(dynamodb.endpoint), table: dynamodb.table };
  } catch (error) {
    return fail(`${(error as Error).message}, or name a deployed table with --table`);
  }
}
