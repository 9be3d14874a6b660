import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { dueShard, refundKey, refundPk } from "../shared/aws/keys.ts";
import { maxShards } from "../shared/names.ts";
import { isFinal, type Refund } from "../shared/refund/refund.ts";

/**
 * The write that makes a refund due now, so that the next sweep checks it. One of which partners are still to be told is
 * checked right after that. A final refund is marked as to be verified: the check goes to the audit trail and changes nothing. Only these attributes are written, because a newer version of the
 * functions may keep others. The write fails if the refund has changed since it was read.
 */
export function makeDueCommand(table: string, refund: Refund, now: number): UpdateItemCommand {
  const isUntold = refund.untold !== undefined;
  const changes = isUntold ? ["checkDueAt = :now"] : ["dueAt = :now", "dueShard = :shard"];
  if (isFinal(refund.state)) changes.push("verifyRequestedAt = :now");
  return new UpdateItemCommand({
    TableName: table,
    Key: refundKey(refund),
    UpdateExpression: `SET ${[...changes, "version = version + :one"].join(", ")}`,
    ConditionExpression: "version = :version",
    ExpressionAttributeValues: {
      ":now": { N: String(now) },
      ...(!isUntold && { ":shard": { S: dueShard(refundPk(refund), maxShards, "check") } }),
      ":one": { N: "1" },
      ":version": { N: String(refund.version) },
    },
  });
}
