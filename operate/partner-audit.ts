import { userInfo } from "node:os";
import { PutItemCommand, paginateQuery } from "@aws-sdk/client-dynamodb";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { toItem } from "../shared/aws/attributes.ts";
import {
  type PartnerChange,
  partnerAuditItem,
  partnerAuditKey,
  readPartnerAuditItem,
} from "../shared/aws/partner-audit-item.ts";
import type { CommandIo } from "../tools/command-line.ts";
import { type Deployment, tableOf } from "./deployment.ts";

export type PartnerAudit = {
  /** Makes a change by `client` and writes down that it was made. If that fails, stderr says so, because the change stands. */
  record<T>(
    change: Pick<PartnerChange, "partnerId" | "change">,
    client: SecretsManagerClient,
    make: () => Promise<T>,
  ): Promise<T>;
  /** The changes of a partner, oldest first. */
  read(partnerId: string): Promise<PartnerChange[]>;
};

/** The audit trail of partners, in the table of a deployment. @throws an Error if there is no such table */
export async function openPartnerAudit(deployment: Deployment, io: CommandIo): Promise<PartnerAudit> {
  const { client, table: TableName } = await tableOf(deployment);
  return {
    async record(change, secrets, make) {
      const requestIds = recordChanges(secrets);
      const made = await make();
      const Item = partnerAuditItem({
        ...change,
        at: Date.now(),
        by: userInfo().username,
        requestId: requestIds.at(-1),
      });
      try {
        await client.send(new PutItemCommand({ TableName, Item }));
      } catch (error) {
        io.exitCode = 1;
        io.stderr.write(`The change was made. It is not in the audit trail (${error}), but in AWS CloudTrail.\n`);
      }
      return made;
    },
    async read(partnerId) {
      const changes: PartnerChange[] = [];
      const { pk } = partnerAuditKey(partnerId);
      const query = { TableName, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: toItem({ ":pk": pk }) };
      for await (const { Items = [] } of paginateQuery({ client }, query))
        changes.push(...Items.map(readPartnerAuditItem));
      return changes;
    },
  };
}

/** The id of each request by which `client` changes a secret from now on. */
function recordChanges(client: SecretsManagerClient): string[] {
  const ids: string[] = [];
  const changing = ["CreateSecretCommand", "PutSecretValueCommand", "DeleteSecretCommand"];
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const result = await next(args);
        const { $metadata } = result.output as { $metadata?: { requestId?: string } };
        if (changing.includes(commandName) && $metadata?.requestId !== undefined) ids.push($metadata.requestId);
        return result;
      },
    { step: "initialize" },
  );
  return ids;
}
