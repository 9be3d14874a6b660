import type { FunctionName } from "../../infra/bundle/bundle-function.ts";
import { localAccount, localRegion } from "../../sandbox/database.ts";
import { resourcesOf } from "../../sandbox/stack/local-stack.ts";
import type { Template } from "../../sandbox/stack/synthesized-template.ts";
import type { RecordedCall } from "./recording-proxy.ts";

/** One action on one resource: what a call needs, or, with wildcards in the resource, what a policy allows. */
export type Right = {
  readonly action: string;
  readonly resource: string;
  /** Partition keys of the items of a table: those that a call touches, or the forms of those that a policy lets it. */
  readonly keys?: readonly string[] | undefined;
};

/** The ARN of the role that a function runs in. */
export function roleOf(template: Template, name: FunctionName): string {
  const lambdas = resourcesOf(template, "AWS::Lambda::Function").map(([, properties]) => properties);
  return String(lambdas.find(({ FunctionName }) => String(FunctionName).endsWith(name))?.Role);
}

/** What the policies of a role allow, as the template has them. */
export function rightsOf(template: Template, roleArn: string): Right[] {
  const policies = resourcesOf(template, "AWS::IAM::Policy").filter(([, { Roles }]) =>
    (Roles as string[]).some((role) => roleArn.endsWith(`/${role}`)),
  );
  type Condition = { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": string | string[] } };
  type Statement = {
    Effect: string;
    Action: string | string[];
    Resource: string | string[];
    Condition?: Condition;
  };
  const statements = policies.flatMap(
    ([, { PolicyDocument }]) => (PolicyDocument as { Statement: Statement[] }).Statement,
  );
  return statements
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action, Resource, Condition }) => {
      const forms = [Condition?.["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]].flat();
      return [Action]
        .flat()
        .flatMap((action) =>
          [Resource]
            .flat()
            .flatMap((resource) =>
              forms.map((form) => ({ action, resource, keys: form === undefined ? undefined : [form] })),
            ),
        );
    });
}

type Item = { pk?: { S: string } };
type Request = Record<string, unknown> & {
  Item?: Item;
  Key?: Item;
  ExpressionAttributeValues?: Record<string, { S?: string }>;
  TransactItems?: Record<string, { TableName: string; Item?: Item; Key?: Item }>[];
  RequestItems?: Record<string, { Keys?: Item[] } | { PutRequest: { Item: Item } }[]>;
};

/** What AWS's Service Authorization Reference asks for a call. A transaction and a batch need the rights of what is in them. */
export function rightsNeeded({ operation, request }: RecordedCall): Right[] {
  const { TableName, IndexName, TransactItems, RequestItems, SecretId } = request as Request;
  if (operation === "secretsmanager:GetSecretValue")
    return [{ action: operation, resource: secretArn(String(SecretId)) }];
  if (operation === "dynamodb:TransactWriteItems") {
    return (TransactItems ?? []).flatMap((item) =>
      Object.entries(item).map(([kind, of]) => {
        const { TableName: table } = of;
        const action = kind === "ConditionCheck" ? "dynamodb:ConditionCheckItem" : `dynamodb:${kind}Item`;
        return { action, resource: tableArn(table), keys: keysOf(of.Item ?? of.Key) };
      }),
    );
  }
  if (operation.startsWith("dynamodb:Batch")) {
    return Object.entries(RequestItems ?? {}).map(([table, of]) => ({
      action: operation,
      resource: tableArn(table),
      keys: (Array.isArray(of) ? of.map(({ PutRequest }) => PutRequest.Item) : (of.Keys ?? [])).flatMap(keysOf),
    }));
  }
  if (operation.startsWith("dynamodb:")) {
    const resource = tableArn(String(TableName)) + (IndexName === undefined ? "" : `/index/${IndexName}`);
    const { Item, Key, ExpressionAttributeValues } = request as Request;
    const queried =
      operation === "dynamodb:Query" ? { pk: { S: ExpressionAttributeValues?.[":pk"]?.S ?? "" } } : undefined;
    return [{ action: operation, resource, keys: keysOf(Item ?? Key ?? queried) }];
  }
  throw new Error(`what rights ${operation} needs is not known here`);
}

function keysOf(item: Item | undefined): string[] {
  return item?.pk === undefined ? [] : [item.pk.S];
}

/** Whether a policy that allows `allowed` lets a call pass that needs `needed`. */
export function covers(allowed: Right, needed: Right): boolean {
  const pattern = (text: string) =>
    new RegExp(
      `^${text
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replaceAll("*", ".*")
        .replaceAll("?", ".")}$`,
    );
  const { keys } = allowed;
  const mayKeys = needed.keys?.every((key) => keys?.some((form) => pattern(form).test(key)) ?? true) ?? true;
  return mayKeys && pattern(allowed.action).test(needed.action) && pattern(allowed.resource).test(needed.resource);
}

function tableArn(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:")
    ? nameOrArn
    : `arn:aws:dynamodb:${localRegion}:${localAccount}:table/${nameOrArn}`;
}

/** A secret is asked for by its name; AWS decides by its ARN, which has six characters more. */
function secretArn(nameOrArn: string): string {
  const prefix = `arn:aws:secretsmanager:${localRegion}:${localAccount}:secret:`;
  return nameOrArn.startsWith("arn:") ? nameOrArn : `${prefix}${nameOrArn}-AbCdEf`;
}
