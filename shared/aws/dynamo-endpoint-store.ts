import { ConditionalCheckFailedException, DeleteItemCommand, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { UnavailableError } from "../refund/unavailable.ts";
import type { EndpointStore } from "../telling/endpoint.ts";
import { endpointItem, endpointKey, readEndpointItem } from "./endpoint-item.ts";
import { createTable, type TableDeps } from "./table.ts";

/** Tries that were under way when a receiver asked for no more do not bring its webhook back. */
const ifNotDisabled = "attribute_not_exists(disabledAt) OR configId <> :configId";

/** Endpoints that something is wrong with, in DynamoDB. */
export function createDynamoEndpointStore(deps: TableDeps): EndpointStore {
  const { send, write, whileBusy } = createTable(deps);
  const { table } = deps;

  return {
    async readEndpoint(partnerId) {
      const { Item } = await send(
        new GetItemCommand({ TableName: table, Key: endpointKey(partnerId), ConsistentRead: true }),
      );
      return Item && readEndpointItem(Item);
    },

    writeEndpoint: (endpoint) =>
      whileBusy(async () => {
        const put = { put: endpointItem(endpoint) };
        const values = { ":configId": { S: endpoint.configId } };
        const { failure } = await write({ write: put, condition: ifNotDisabled, values });
        return failure?.busy ? "busy" : failure === undefined;
      }),

    async forgetEndpoint({ partnerId, configId }) {
      const values = { ":configId": { S: configId } };
      const condition = { ConditionExpression: ifNotDisabled, ExpressionAttributeValues: values };
      try {
        await send(new DeleteItemCommand({ TableName: table, Key: endpointKey(partnerId), ...condition }));
      } catch (error) {
        const cause = error instanceof UnavailableError ? error.cause : error;
        if (!(cause instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}
