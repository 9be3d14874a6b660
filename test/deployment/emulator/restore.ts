import { BatchWriteItemCommand, paginateScan } from "@aws-sdk/client-dynamodb";
import { createTable } from "../../../sandbox/table.ts";
import type { Account } from "./account.ts";
import { AwsFault } from "./aws-fault.ts";
import { jsonFault, type Service } from "./protocols.ts";

const batchSize = 25;
type Restore = { readonly SourceTableName: string; readonly TargetTableName: string };

/**
 * DynamoDB with point-in-time recovery, as far as the local engine allows it: the point in time is always now. As in AWS, the
 * new table has items, keys and indexes, and no expiry.
 */
export function withRestore(account: Account, dynamoDb: Service): Service {
  return {
    async answer(request) {
      const operation = String(request.headers["x-amz-target"]).replace(/^.*\./, "");
      // The local engine has no protection to set and no recovery to turn on.
      if (operation === "UpdateContinuousBackups") return json({});
      if (operation !== "RestoreTableToPointInTime") return await dynamoDb.answer(request);
      if (request.principal.roleName !== "administrator") throw new AwsFault("AccessDeniedException", operation);
      const { SourceTableName, TargetTableName } = JSON.parse(request.body.toString("utf8")) as Restore;
      const definition = account.tables.get(SourceTableName);
      if (definition === undefined) throw new AwsFault("TableNotFoundException", `Table not found: ${SourceTableName}`);
      const { TimeToLiveSpecification } = definition;
      const restored = { ...definition, TimeToLiveSpecification: { ...TimeToLiveSpecification, Enabled: false } };
      await createTable(account.dynamoDb, TargetTableName, restored);
      account.tables.set(TargetTableName, restored);
      await copy(account, SourceTableName, TargetTableName);
      return json({ TableDescription: { TableName: TargetTableName, TableStatus: "ACTIVE" } });
    },
    fail: jsonFault,
  };
}

async function copy({ dynamoDb }: Account, from: string, to: string): Promise<void> {
  for await (const { Items = [] } of paginateScan({ client: dynamoDb, pageSize: batchSize }, { TableName: from })) {
    if (Items.length === 0) continue;
    const RequestItems = { [to]: Items.map((Item) => ({ PutRequest: { Item } })) };
    await dynamoDb.send(new BatchWriteItemCommand({ RequestItems }));
  }
}

function json(value: object) {
  return { status: 200, headers: { "Content-Type": "application/x-amz-json-1.0" }, body: JSON.stringify(value) };
}
