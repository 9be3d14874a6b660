import {
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type Update,
} from "@aws-sdk/client-dynamodb";
import { refundKey } from "../shared/aws/keys.ts";
import { operatorActionItem } from "../shared/aws/operator-action-item.ts";
import type { Need } from "../shared/refund/needs-person.ts";
import type { OperatorAction, OperatorActionKind } from "../shared/refund/operator-action.ts";
import type { Refund, RefundIdentity } from "../shared/refund/refund.ts";
import { makeDueCommand } from "./make-due.ts";

export type RefundActionsDeps = {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly now: () => number;
  /** Who does it: the name of the account on the operator's machine. */
  readonly by: string;
};

/** Done, or refused because the refund has changed since it was read. */
export type Acted = "done" | "changed";

export type RefundActions = ReturnType<typeof createRefundActions>;

/** What an operator may do about a refund. Each action is written to its audit trail, in one step with what it changes. */
export function createRefundActions({ client, table, now, by }: RefundActionsDeps) {
  const actionOf = (kind: OperatorActionKind, text: string): OperatorAction => ({ kind, at: now(), by, text });

  async function changeAndRecord(refund: Refund, change: Update, action: OperatorAction): Promise<Acted> {
    const Put = { TableName: table, Item: operatorActionItem(refund, action) };
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Update: change }, { Put }] }));
      return "done";
    } catch (error) {
      if (error instanceof TransactionCanceledException) return "changed";
      throw error;
    }
  }

  return {
    /** Has the next sweep check the refund; a final one is only verified by that. */
    async checkNow(refund: Refund): Promise<Acted> {
      const { input } = makeDueCommand(table, refund, now());
      return await changeAndRecord(refund, input as Update, actionOf("check_requested", ""));
    },

    /** Takes a need of a person off the list, until there is another need. */
    async acknowledge(refund: Refund, need: Need, why: string): Promise<Acted> {
      const change: Update = {
        TableName: table,
        Key: refundKey(refund),
        UpdateExpression: "SET acknowledged = :need, version = version + :one",
        ConditionExpression: "version = :version",
        ExpressionAttributeValues: {
          ":need": { S: need },
          ":one": { N: "1" },
          ":version": { N: String(refund.version) },
        },
      };
      return await changeAndRecord(refund, change, actionOf("acknowledged", why));
    },

    /** Writes down what changes nothing of the refund itself. */
    async record(refund: RefundIdentity, kind: "noted" | "resent" | "copied", text: string): Promise<void> {
      const Item = operatorActionItem(refund, actionOf(kind, text));
      await client.send(new PutItemCommand({ TableName: table, Item }));
    },
  };
}
