import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { UnavailableError } from "../../shared/refund/unavailable.ts";
import { awsFailure } from "../../tools/aws-failure.ts";

let answer: { readonly status: number; readonly body: string };
const aws = createServer((request, response) => {
  request.resume();
  response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" }).end(answer.body);
});
beforeAll(() => new Promise<void>((resolve) => aws.listen(0, "127.0.0.1", resolve)));
afterAll(() => aws.close());

const credentials = { accessKeyId: "a", secretAccessKey: "b" };
const settings = () => ({
  endpoint: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
  region: "eu-west-1",
  credentials,
  maxAttempts: 1,
});
const failureOf = (call: Promise<unknown>) => call.then(() => "no failure", awsFailure);
const scan = (client: DynamoDBClient) => failureOf(client.send(new ScanCommand({ TableName: "RefundStatus" })));

test.each([
  [
    "ResourceNotFoundException",
    "Requested resource not found",
    /^AWS has no such table, secret, function or log group .* --stage, --table/,
  ],
  ["UnrecognizedClientException", "The security token is invalid", /^AWS does not accept these credentials/],
  ["ExpiredTokenException", "The security token is expired", /^AWS does not accept these credentials .* Log in again/],
  ["AccessDeniedException", "You may not Scan", /^These credentials may not do this .*: You may not Scan$/],
  ["ThrottlingException", "Rate exceeded", /Try again in a minute\.$/],
  ["InternalServerError", "Oh", /^AWS failed \(InternalServerError\): Oh$/],
])("%s is a sentence with the next step", async (name, message, sentence) => {
  answer = { status: 400, body: JSON.stringify({ __type: `com.amazonaws#${name}`, message }) };
  expect(await scan(new DynamoDBClient(settings()))).toMatch(sentence);
});

test("a stack that is not there is named, with the options that may be wrong", async () => {
  const error = "<Code>ValidationError</Code><Message>Stack with id RefundStatus-tst does not exist</Message>";
  answer = { status: 400, body: `<ErrorResponse><Error><Type>Sender</Type>${error}</Error></ErrorResponse>` };
  const call = new CloudFormationClient(settings()).send(new DescribeStacksCommand({ StackName: "RefundStatus-tst" }));
  expect(await failureOf(call)).toMatch(
    /^Stack with id RefundStatus-tst does not exist\. See whether --stage, --region/,
  );
});

test("a service that is not reached is no stack trace", async () => {
  const client = new DynamoDBClient({ ...settings(), endpoint: "http://127.0.0.1:1" });
  expect(await scan(client)).toMatch(/^The service cannot be reached \(ECONNREFUSED\)\. See whether the network/);
});

test("what is no failure of AWS is left to whoever knows it", () => {
  expect(awsFailure(new Error("no refund"))).toBeUndefined();
  const refused = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  expect(awsFailure(new Error("the local database did not come up", { cause: refused }))).toBeUndefined();
  expect(awsFailure(new UnavailableError("RECORD_UNAVAILABLE", { cause: refused }))).toContain("ECONNREFUSED");
});
