import { DeleteTableCommand, DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { createTable } from "../../../../sandbox/table.ts";
import { localAccount, localRegion } from "../../../../tools/local-aws.ts";
import { inAccountRegion } from "../engine-region.ts";
import { resourceKind, unchanged } from "../resource-kind.ts";

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) })).min(1);

/** The local engine has neither recovery nor encryption. */
export const table = resourceKind(
  z.strictObject({
    AttributeDefinitions: z.array(
      z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(["S", "N", "B"]) }),
    ),
    KeySchema: keySchema,
    GlobalSecondaryIndexes: z.array(
      z.strictObject({
        IndexName: z.string(),
        KeySchema: keySchema,
        Projection: z.strictObject({ ProjectionType: z.enum(["ALL", "KEYS_ONLY"]) }),
      }),
    ),
    BillingMode: z.literal("PAY_PER_REQUEST"),
    TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: z.boolean() }),
    StreamSpecification: z.strictObject({ StreamViewType: z.literal("NEW_IMAGE") }),
    PointInTimeRecoverySpecification: z.strictObject({ PointInTimeRecoveryEnabled: z.boolean() }).optional(),
    SSESpecification: z.strictObject({ SSEEnabled: z.boolean() }).optional(),
    DeletionProtectionEnabled: z.boolean().default(false),
  }),
  async (definition, { account: { dynamoDb, tables }, newName }) => {
    const name = newName();
    await createTable(dynamoDb, name, definition);
    tables.set(name, definition);
    const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName: name }));
    return {
      ref: name,
      attributes: {
        Arn: `arn:aws:dynamodb:${localRegion}:${localAccount}:table/${name}`,
        StreamArn: inAccountRegion(Table?.LatestStreamArn ?? ""),
      },
      async remove() {
        if (definition.DeletionProtectionEnabled) throw new Error(`the table ${name} is protected against deletion`);
        await dynamoDb.send(new DeleteTableCommand({ TableName: name }));
        tables.delete(name);
      },
    };
  },
  unchanged,
);
