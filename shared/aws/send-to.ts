import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { UnavailableError } from "../refund/unavailable.ts";

/** Sends a command, and turns whatever the SDK throws into an `UnavailableError` with it as the cause. */
export function sendTo(client: DynamoDBClient): DynamoDBClient["send"] {
  const send = async (...command: Parameters<DynamoDBClient["send"]>) => {
    try {
      return await client.send(...command);
    } catch (cause) {
      throw new UnavailableError("RECORD_UNAVAILABLE", { cause });
    }
  };
  return send as DynamoDBClient["send"];
}
