import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { refundItem, refundKey } from "../shared/aws/refund-items.ts";
import { answerMembers } from "../shared/chinaums/refund-query/answer-fields.ts";
import { maxShards } from "../shared/names.ts";
import { isFinal, type Refund } from "../shared/refund/refund.ts";

/**
 * The write that makes a refund due now, so that the next sweep checks it. A final refund is marked as to be verified: the
 * check goes to the audit trail and changes nothing. Only these attributes are written, because a newer version of the
 * functions may keep others. The write fails if the refund has changed since it was read.
 */
export function makeDueCommand(table: string, refund: Refund, now: number): UpdateItemCommand {
  const { dueShard } = refundItem({ ...refund, dueAt: now }, { shards: maxShards, answerMembers });
  if (dueShard === undefined) throw new Error("a refund that is due has a shard");
  const changes = ["dueAt = :now", "dueShard = :shard", "version = version + :one"];
  if (isFinal(refund.state)) changes.push("verifyRequestedAt = :now");
  return new UpdateItemCommand({
    TableName: table,
    Key: refundKey(refund),
    UpdateExpression: `SET ${changes.join(", ")}`,
    ConditionExpression: "version = :version",
    ExpressionAttributeValues: {
      ":now": { N: String(now) },
      ":shard": dueShard,
      ":one": { N: "1" },
      ":version": { N: String(refund.version) },
    },
  });
}
