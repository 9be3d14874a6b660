import { DeleteItemCommand, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { EndpointStore } from "../telling/endpoint.ts";
import { endpointItem, endpointKey, readEndpointItem } from "./endpoint-item.ts";
import { createTable, type TableDeps } from "./table.ts";

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
        const { failure } = await write({ write: { put: endpointItem(endpoint) } });
        return failure?.busy ? "busy" : undefined;
      }),

    async forgetEndpoint(partnerId) {
      await send(new DeleteItemCommand({ TableName: table, Key: endpointKey(partnerId) }));
    },
  };
}
