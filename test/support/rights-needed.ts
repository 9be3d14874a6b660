import { localAccount, localRegion } from "../../tools/local-aws.ts";
import type { Right } from "./policies.ts";
import type { RecordedCall } from "./recording-proxy.ts";

/** What the names in calls stand for. */
export type Named = {
  /** The name of the attribute that is the partition key of a table, or of an index of it. */
  readonly partitionKey: (table: string, index: string | undefined) => string;
  /** The ARN of the secret that is called by a name. */
  readonly secretArn: (name: string) => string;
};

/** As the stack has it; AWS decides by a secret's ARN, which has six characters more than its name. */
export const asDeployed: Named = { partitionKey: () => "pk", secretArn: (name) => `${secretArnPrefix}${name}-AbCdEf` };

export const secretArnPrefix = `arn:aws:secretsmanager:${localRegion}:${localAccount}:secret:`;

type Value = { readonly S?: string; readonly N?: string; readonly B?: string };
type Item = Readonly<Record<string, Value>>;
type OnTable = { readonly TableName: string; readonly IndexName?: string; readonly Item?: Item; readonly Key?: Item };
type Query = OnTable & {
  readonly KeyConditionExpression: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues: Item;
};
type Request = Query & {
  readonly SecretId: string;
  readonly TransactItems: readonly Readonly<Record<string, OnTable>>[];
  readonly RequestItems: Readonly<Record<string, { Keys: Item[] } | Record<string, { Item?: Item; Key?: Item }>[]>>;
};

/** What AWS's Service Authorization Reference asks for a call. A transaction needs the rights of what is in it. */
export function rightsNeeded({ operation, request: untyped }: RecordedCall, named: Named): Right[] {
  const request = untyped as unknown as Request;
  const onTable = (action: string, of: OnTable, items: (Item | undefined)[]): Right => {
    const key = named.partitionKey(of.TableName, of.IndexName);
    return {
      action,
      resource: tableArn(of.TableName) + (of.IndexName === undefined ? "" : `/index/${of.IndexName}`),
      keys: items.flatMap((item) => text(item?.[key])),
    };
  };

  switch (operation) {
    case "secretsmanager:GetSecretValue": {
      const { SecretId } = request;
      const resource = SecretId.startsWith("arn:") ? SecretId : named.secretArn(SecretId);
      return [{ action: operation, resource }];
    }
    case "dynamodb:TransactWriteItems":
      return request.TransactItems.flatMap((item) =>
        Object.entries(item).map(([kind, of]) => {
          const action = kind === "ConditionCheck" ? "dynamodb:ConditionCheckItem" : `dynamodb:${kind}Item`;
          return onTable(action, of, [of.Item ?? of.Key]);
        }),
      );
    case "dynamodb:BatchGetItem":
    case "dynamodb:BatchWriteItem":
      return Object.entries(request.RequestItems).map(([TableName, asked]) => {
        const items = Array.isArray(asked)
          ? asked.flatMap((write) => Object.values(write).map(({ Item, Key }) => Item ?? Key))
          : asked.Keys;
        return onTable(operation, { TableName }, items);
      });
    case "dynamodb:Query":
      return [onTable(operation, request, [queried(request, named)])];
    case "dynamodb:GetItem":
    case "dynamodb:PutItem":
    case "dynamodb:UpdateItem":
    case "dynamodb:DeleteItem":
      return [onTable(operation, request, [request.Item ?? request.Key])];
    default:
      throw new Error(`what rights ${operation} needs is not known here`);
  }
}

/** The partition key that a query is for, which its condition must say with `=`. */
function queried(query: Query, { partitionKey }: Named): Item {
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values } = query;
  const key = partitionKey(query.TableName, query.IndexName);
  const equals = [...query.KeyConditionExpression.matchAll(/([#\w]+)\s*=\s*(:\w+)/g)];
  const [, , value = ""] = equals.find(([, name = ""]) => (names[name] ?? name) === key) ?? [];
  return { [key]: values[value] ?? {} };
}

function text(value: Value | undefined): string[] {
  return [value?.S ?? value?.N ?? value?.B ?? []].flat();
}

function tableArn(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:")
    ? nameOrArn
    : `arn:aws:dynamodb:${localRegion}:${localAccount}:table/${nameOrArn}`;
}
