import { localAccount, localRegion } from "../../tools/local-aws.ts";
import type { Known } from "./resolve-value.ts";
import { localStackName, type Resource, type Template } from "./synthesized-template.ts";

const pseudoParameters: Record<string, string> = {
  "AWS::AccountId": localAccount,
  "AWS::Partition": "aws",
  "AWS::Region": localRegion,
  "AWS::URLSuffix": "localhost",
};

/** The property that names a resource. If it is not set, the name is made from the stack's, as CloudFormation does. */
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

/** What the stack would be known by after a deployment to this machine. Names follow from the template alone. */
export function localNames(template: Template): Known {
  return {
    refs: { get: (id) => ref(template, id) },
    attributes: { get: (path) => attribute(template, path) },
    conditions: template.Conditions ?? {},
  };
}

function ref(template: Template, id: string): string {
  const pseudo = pseudoParameters[id];
  if (pseudo !== undefined) return pseudo;
  const resource = template.Resources[id];
  if (resource?.Type === "AWS::Lambda::Alias") return aliasArn(template, resource);
  return resource?.Type === "AWS::SecretsManager::Secret" ? arn(id, resource) : name(id, resource);
}

function attribute(template: Template, path: string): string {
  const [id = "", attributeName] = path.split(".");
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

/** An alias is known by the ARN of its function, with its own name behind it. */
function aliasArn(template: Template, { Properties }: Resource): string {
  const { Ref: functionId = "" } = Properties.FunctionName as { Ref?: string };
  return `${attribute(template, `${functionId}.Arn`)}:${Properties.Name}`;
}
