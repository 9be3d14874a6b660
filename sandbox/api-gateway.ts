import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Invoke } from "./function-instances.ts";
import { type LocalServer, startLocalServer } from "./local-server.ts";

/** The limits of API Gateway's HTTP APIs. */
const maxBodyBytes = 10 * 1024 * 1024;
const integrationTimeoutMs = 30_000;

export type HttpResult = {
  statusCode?: number;
  headers?: Record<string, string>;
  body?: string;
  isBase64Encoded?: boolean;
};

/** Routes by method and path, such as `POST /v1/refunds/watch`; `$default` takes what no other route does. */
export type Routes = Readonly<Record<string, Invoke>>;

export type ApiGatewayDeps = { readonly port: number; readonly routes: Routes };

/**
 * The HTTP front: turns a request into an HTTP API event (payload format 2.0) for the function of its route, and the
 * function's answer back into HTTP.
 * @throws an Error with one plain sentence if the port is taken
 */
export async function startApiGateway({ port, routes }: ApiGatewayDeps): Promise<LocalServer> {
  return await startLocalServer({
    port,
    doubledSlashes: true,
    answer: (request, response) => {
      answer(request, routes).then(
        (result) => send(response, result),
        () => send(response, gatewayAnswer(500, "Internal Server Error")),
      );
    },
  });
}

async function answer(request: IncomingMessage, routes: Routes): Promise<HttpResult> {
  const target = splitTarget(request.url ?? "/");
  const exact = `${request.method} ${target.path}`;
  const routeKey = exact in routes ? exact : "$default";
  const invoke = routes[routeKey];
  if (invoke === undefined) return gatewayAnswer(404, "Not Found");
  const body = await readBody(request);
  if (body === undefined) return gatewayAnswer(413, "Request Entity Too Large");
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<HttpResult>((resolve) => {
    timer = setTimeout(() => resolve(gatewayAnswer(503, "Service Unavailable")), integrationTimeoutMs);
  });
  const answered = invoke(apiEvent(request, target, routeKey, body)) as Promise<HttpResult>;
  return await Promise.race([answered, tooLate]).finally(() => clearTimeout(timer));
}

type Target = { readonly path: string; readonly query: string };

/** The path stays as it was sent. A URL would take `//x` for the name of a host. */
function splitTarget(target: string): Target {
  const [path = "/", ...query] = target.split("?");
  return { path, query: query.join("?") };
}

function apiEvent(request: IncomingMessage, { path, query }: Target, routeKey: string, body: Buffer): object {
  const headers = Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values]) => [name, values?.join(",")]),
  );
  const asText = isText(headers["content-type"], body);
  const time = new Date();
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: query,
    headers,
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      domainName: request.headers.host,
      http: {
        method: request.method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress,
        userAgent: headers["user-agent"],
      },
      requestId: randomUUID(),
      routeKey,
      stage: "$default",
      time: time.toUTCString(),
      timeEpoch: time.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(asText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !asText,
  };
}

/** API Gateway passes a body on as text if its content type is text, and in Base64 otherwise. */
function isText(contentType: string | undefined, body: Buffer): boolean {
  const saysText = /^\s*(text\/|application\/(json|javascript|xml|[\w.-]+\+json|[\w.-]+\+xml))/i.test(
    contentType ?? "",
  );
  return saysText && Buffer.from(body.toString("utf8")).equals(body);
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** An answer that API Gateway gives itself. */
export function gatewayAnswer(statusCode: number, message: string): HttpResult {
  return { statusCode, headers: { "Content-Type": "application/json" }, body: JSON.stringify({ message }) };
}

function send(response: ServerResponse, result: HttpResult): void {
  const body = Buffer.from(result.body ?? "", result.isBase64Encoded ? "base64" : "utf8");
  response.writeHead(result.statusCode ?? 200, { ...result.headers, "Content-Length": body.length });
  response.end(body);
}
