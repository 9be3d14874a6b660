/**
 * DynamoDB and Secrets Manager with fixed answers: a table where nothing is and every write succeeds, and the secrets of the
 * first argument (JSON, by name). Second argument: http or https.
 */
import { serveFake } from "./serve-fake.ts";

const [secrets = "{}", scheme = "https"] = process.argv.slice(2);
const texts = JSON.parse(secrets) as Record<string, unknown>;

serveFake(scheme, (body, request, response) => {
  const operation = String(request.headers["x-amz-target"]).replace(/^.*\./, "");
  const { SecretId = "" } = JSON.parse(body.toString()) as { SecretId?: string };
  const answer =
    operation === "GetSecretValue"
      ? { Name: SecretId, SecretString: JSON.stringify(texts[SecretId]) }
      : operation === "Query"
        ? { Items: [], Count: 0, ScannedCount: 0 }
        : {};
  const text = JSON.stringify(answer);
  response.writeHead(200, { "content-type": "application/x-amz-json-1.1", "content-length": Buffer.byteLength(text) });
  response.end(text);
});
