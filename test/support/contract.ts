import type { HttpResult } from "../../sandbox/api-gateway.ts";
import { type Answer, type Operation, readContract } from "../../tools/contract/contract.ts";
import { breachesOf, closed, headerBreaches } from "./contract-schema.ts";

/** A request of a partner, and its answer. Names of headers are in lower case. */
export type Exchange = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly status: number;
  readonly answerHeaders: Readonly<Record<string, string>>;
  readonly answer: string;
};

export const contract = readContract();

/** The exchange that an event of the HTTP API and the function's answer stand for. */
export function exchangeOf(event: unknown, answer: unknown): Exchange {
  const { rawPath, headers, body = "", isBase64Encoded, requestContext } = event as ApiEvent;
  const { statusCode = 200, headers: answerHeaders = {}, body: text = "" } = answer as HttpResult;
  return {
    method: requestContext.http.method,
    path: rawPath,
    headers,
    body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8"),
    status: statusCode,
    answerHeaders: Object.fromEntries(
      Object.entries(answerHeaders).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    answer: text,
  };
}

type ApiEvent = {
  readonly rawPath: string;
  readonly headers: Exchange["headers"];
  readonly body?: string;
  readonly isBase64Encoded: boolean;
  readonly requestContext: { readonly http: { readonly method: string } };
};

/** What of an exchange the contract does not say. */
export function breachesOfContract(exchange: Exchange): string[] {
  const operation = operationAt(exchange.method, exchange.path);
  const response = operation ? operation.responses[exchange.status] : contract.components.responses.NoService;
  const breaches = response
    ? [...answerBreaches(response, exchange), ...(operation ? requestBreaches(operation, exchange) : [])]
    : [`the status ${exchange.status} is not documented`];
  return breaches.map((breach) => `${exchange.method} ${exchange.path} ${exchange.status}: ${breach}`);
}

/** What of a webhook the contract does not say. Names of headers are in lower case. */
export function breachesOfDelivery(headers: Exchange["headers"], body: string): string[] {
  const { parameters = [], requestBody } = contract.webhooks.refundEvent?.post ?? {};
  const { schema = {} } = requestBody?.content["application/json"] ?? {};
  return [
    ...parameters.flatMap((one) => headerBreaches(one.name, one, headers[one.name])),
    ...breachesOf(closed(schema), JSON.parse(body)),
  ];
}

/** The query and the token call are found with more slashes too, because clients of ChinaUMS send them. */
function operationAt(method: string, sentPath: string): Operation | undefined {
  if (method !== "POST") return undefined;
  const usual = sentPath.replace(/^\/{2,}/, "/").replace(/(?<=[^/])\/+$/, "");
  return contract.paths[usual.startsWith("/v1/refunds/") ? sentPath : usual]?.post;
}

function answerBreaches(response: Answer, { answerHeaders, answer }: Exchange): string[] {
  const { "content-type": contentType = "", ...headers } = answerHeaders;
  const documented = Object.entries(response.headers ?? {});
  const names = documented.map(([name]) => name.toLowerCase());
  const content = response.content?.[contentType.split(";")[0] ?? ""];
  return [
    ...Object.keys(headers).flatMap((name) => (names.includes(name) ? [] : `the header ${name} is not documented`)),
    ...documented.flatMap(([name, header]) => headerBreaches(name, header, headers[name.toLowerCase()])),
    ...(content
      ? breachesOf(closed(content.schema), JSON.parse(answer))
      : [`the media type ${contentType} is not documented`]),
  ];
}

type AnswerParts = {
  readonly requestId?: string;
  readonly errors?: readonly { readonly field: string }[];
  readonly refunds?: readonly { readonly result: string }[];
};

/** The contract has to allow exactly the requests that are not refused for their form. */
function requestBreaches(operation: Operation, { headers, body, status, answer }: Exchange): string[] {
  const { requestId, errors, refunds } = JSON.parse(answer) as AnswerParts;
  const isAnswered = status === 200 && requestId === undefined;
  if (isAnswered) {
    const isRegistered = refunds?.map(({ result }) => result !== "refused");
    if (isRegistered?.every((registered) => !registered)) return [];
    return [...bodyBreaches(operation, body, isRegistered), ...keyBreaches(operation, headers)].map(
      (breach) => `a request was answered that is not allowed: ${breach}`,
    );
  }
  // The contract does not say what is in a cursor.
  if (errors === undefined || errors.every(({ field }) => field === "cursor")) return [];
  const wrong = [...bodyBreaches(operation, body), ...keyBreaches(operation, headers)];
  return wrong.length > 0 ? [] : [`a request was refused that is allowed: ${answer}`];
}

/** Of a body with many refunds, only those are judged that were registered. */
function bodyBreaches({ requestBody }: Operation, body: Buffer, isRegistered?: readonly boolean[]): string[] {
  if (body.length === 0 && !requestBody.required) return [];
  const { schema = {} } = requestBody.content["application/json"] ?? {};
  const json = jsonIn(body);
  if (json === undefined) return ["the body is no JSON in Unicode"];
  if (isRegistered === undefined) return breachesOf(schema, json);
  const { refunds } = json as { readonly refunds: readonly unknown[] };
  return breachesOf(schema, { refunds: refunds.filter((_, i) => isRegistered[i]) });
}

function keyBreaches({ parameters = [] }: Operation, headers: Exchange["headers"]): string[] {
  return parameters.flatMap((one) => headerBreaches(one.name, one, headers[one.name.toLowerCase()]?.trim()));
}

/** The JSON of a body, without surrogates that stand alone; undefined where it is none. */
function jsonIn(body: Buffer): unknown {
  const wellFormed = (name: string, value: unknown) => {
    if (name.isWellFormed() && (typeof value !== "string" || value.isWellFormed())) return value;
    throw new TypeError("a surrogate stands alone");
  };
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body), wellFormed);
  } catch {
    return undefined;
  }
}
