import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { useLocalRun } from "../support/local-run.ts";

const local = useLocalRun({ sweepEveryMs: 3_600_000 });

/** Every address that ready.json names, each with a request that it answers. */
const ports = {
  "the API": { url: () => local.ready().url, method: "POST", path: "/v1/netpay/refund-query", status: 401 },
  "the simulator": {
    url: () => local.ready().upstreamUrl,
    method: "POST",
    path: "/v1/netpay/refund-query",
    status: 412,
  },
  "the simulator's control": { url: () => local.ready().upstreamUrl, method: "GET", path: "/_control", status: 200 },
  "the receiver": { url: () => local.ready().receiver.url, method: "POST", path: "/", status: 200 },
  "the receiver's control": { url: () => local.ready().receiver.url, method: "GET", path: "/_control", status: 200 },
  "the Secrets Manager": { url: () => local.ready().secretsManager.endpoint, method: "POST", path: "/", status: 400 },
  "the calls of the Secrets Manager": {
    url: () => local.ready().secretsManager.endpoint,
    method: "GET",
    path: "/_control/calls",
    status: 200,
  },
  "the console": { url: () => local.ready().console?.url ?? "", method: "GET", path: "/", status: 401 },
  "the database": { url: () => local.ready().dynamodb.endpoint, method: "POST", path: "/", status: 400 },
} as const;

type Sent = { readonly path?: string; readonly headers?: Record<string, string> };

async function send({ url, method, path }: (typeof ports)[keyof typeof ports], sent: Sent = {}) {
  const { hostname, port } = new URL(url());
  const headers = { "Content-Type": "application/json", Authorization: "none", ...sent.headers };
  const sending = request({ hostname, port, method, path: sent.path ?? path, headers });
  sending.end(method === "POST" ? "{}" : undefined);
  const [response] = (await once(sending, "response")) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

describe.each(Object.entries(ports))("%s", (_, target) => {
  const own = (name: string) => `${name}:${new URL(target.url()).port}`;

  test.each(["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])("answers a program that calls it %s", async (name) => {
    const { status } = await send(target, { headers: { Host: own(name) } });
    const fromOwnPage = await send(target, { headers: { Host: own(name), Origin: `http://${own(name)}` } });
    expect([status, fromOwnPage.status]).toEqual([target.status, target.status]);
  });

  test.each(["attacker.example", "127.0.0.1.attacker.example", "localhost.attacker.example", "169.254.169.254"])(
    "refuses a page whose name %s resolves to this machine",
    async (name) => {
      const { status, body } = await send(target, { headers: { Host: own(name) } });
      expect(status).toBe(403);
      expect(JSON.parse(body)).toEqual({ message: expect.stringContaining(`Host must be ${own("127.0.0.1")}`) });
    },
  );

  test.each(["http://attacker.example", "https://127.0.0.1", "http://127.0.0.1:1", "null"])(
    "refuses a page of the origin %s",
    async (origin) => {
      const { status, body } = await send(target, { headers: { Origin: origin } });
      expect([status, JSON.parse(body)]).toEqual([403, { message: expect.stringContaining("Origin") }]);
    },
  );

  test.each(["//x", "/\\x", "http://x"])("has nothing at %s in front of its path", async (host) => {
    expect((await send(target, { path: host + target.path })).status).toBe(404);
  });
});
