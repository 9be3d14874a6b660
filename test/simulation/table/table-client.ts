import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** What stands in for the SDK's client: of it, adapters use nothing but `send`. */
export function createTableClient(
  execute: (operation: string, input: object) => object | Promise<object>,
): DynamoDBClient {
  const send = async (command: { readonly input: object }) => {
    const operation = command.constructor.name.slice(0, -"Command".length);
    return { $metadata: {}, ...(await execute(operation, command.input)) };
  };
  return { send } as unknown as DynamoDBClient;
}
