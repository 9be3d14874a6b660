/**
 * DynamoDB and Secrets Manager with fixed answers: a table where nothing is and every write succeeds, and the secrets of the
 * first argument (JSON, by name). Second argument: http or https.
 */
import { serveFake } from "./serve-fake.ts";

const [secrets = "{}", scheme = "https"] = process.argv.slice(2);
const texts = JSON.parse(secrets) as Record<string, unknown>;

type Input = {
  readonly SecretId?: string;
  readonly Key?: object;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, object>>;
};

function answerTo(operation: string, input: Input): object {
  switch (operation) {
    case "GetSecretValue": {
      const { SecretId = "" } = input;
      return { Name: SecretId, SecretString: JSON.stringify(texts[SecretId]) };
    }
    case "Query":
      return { Items: [], Count: 0, ScannedCount: 0 };
    case "UpdateItem":
      return { Attributes: itemMadeBy(input) };
    default:
      return {};
  }
}

/** What an update makes of no item at all: each attribute has the last value that its clause names. */
function itemMadeBy({ Key, UpdateExpression = "", ...input }: Input): object {
  const clauses = UpdateExpression.split(/SET |ADD |REMOVE |,(?![^(]*\))/);
  const attributes = clauses.map((clause) => {
    const [name = ""] = clause.match(/#\w+/) ?? [];
    const value = clause.match(/:\w+/g)?.at(-1) ?? "";
    return [input.ExpressionAttributeNames?.[name] ?? "", input.ExpressionAttributeValues?.[value]] as const;
  });
  return { ...Key, ...Object.fromEntries(attributes.filter(([, value]) => value !== undefined)) };
}

serveFake(scheme, (body, request, response) => {
  const operation = String(request.headers["x-amz-target"]).replace(/^.*\./, "");
  const text = JSON.stringify(answerTo(operation, JSON.parse(body.toString()) as Input));
  response.writeHead(200, { "content-type": "application/x-amz-json-1.1", "content-length": Buffer.byteLength(text) });
  response.end(text);
});
