import { localAccount, localRegion } from "../../tools/local-aws.ts";
import { localStackName, type Resource, type Template } from "./synthesized-template.ts";

const pseudoParameters: Record<string, string> = {
  "AWS::AccountId": localAccount,
  "AWS::Partition": "aws",
  "AWS::Region": localRegion,
  "AWS::URLSuffix": "localhost",
};

/** Where a type has its name; CloudFormation makes one up of the stack's where there is none, and so does this. */
const nameProperties: Record<string, string> = {
  "AWS::DynamoDB::Table": "TableName",
  "AWS::Lambda::Function": "FunctionName",
  "AWS::SecretsManager::Secret": "Name",
};
const arnParts: Record<string, string> = {
  "AWS::DynamoDB::Table": "dynamodb:REGION:ACCOUNT:table/NAME",
  "AWS::IAM::Role": "iam::ACCOUNT:role/NAME",
  "AWS::Lambda::Function": "lambda:REGION:ACCOUNT:function:NAME",
  "AWS::Logs::LogGroup": "logs:REGION:ACCOUNT:log-group:NAME",
  // Six characters that Secrets Manager chooses follow the name.
  "AWS::SecretsManager::Secret": "secretsmanager:REGION:ACCOUNT:secret:NAME-??????",
  "AWS::SQS::Queue": "sqs:REGION:ACCOUNT:NAME",
};

/**
 * Gives a value of a template as it would be after a deployment to this machine.
 * @throws where the value needs something that only a real deployment has
 */
export function resolve(template: Template, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(template, item));
  if (typeof value !== "object" || value === null) return value;
  const [[key, argument] = [], ...others] = Object.entries(value);
  if (others.length === 0) {
    if (key === "Ref") return ref(template, String(argument));
    if (key === "Fn::GetAtt") return attribute(template, ...(argument as [string, string]));
    if (key === "Fn::Join") {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map((part) => resolve(template, part)).join(separator);
    }
    if (key === "Fn::Sub") return String(argument).replace(/\$\{([\w:]+)\}/g, (_, id: string) => ref(template, id));
    if (key?.startsWith("Fn::")) throw new Error(`${key} means nothing on this machine`);
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resolve(template, inner)]));
}

function ref(template: Template, id: string): string {
  const pseudo = pseudoParameters[id];
  if (pseudo !== undefined) return pseudo;
  const resource = template.Resources[id];
  return resource?.Type === "AWS::SecretsManager::Secret" ? arn(id, resource) : name(id, resource);
}

function attribute(template: Template, id: string, attributeName: string): string {
  const resource = template.Resources[id];
  return attributeName === "Arn" && resource ? arn(id, resource) : `${name(id, resource)}.${attributeName}`;
}

function name(id: string, resource: Resource | undefined): string {
  const property = resource && nameProperties[resource.Type];
  const given = property && resource.Properties[property];
  return given === undefined ? `${localStackName}-${id.replace(/[0-9A-F]{8}$/, "")}` : String(given);
}

function arn(id: string, resource: Resource): string {
  const parts = arnParts[resource.Type] ?? "unknown:REGION:ACCOUNT:NAME";
  return `arn:aws:${parts}`
    .replace("REGION", localRegion)
    .replace("ACCOUNT", localAccount)
    .replace("NAME", name(id, resource));
}
