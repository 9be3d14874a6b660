import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, inject, test } from "vitest";
import { functionEnvSchemas, functionNames } from "../../functions/function-envs.ts";
import { warmUp } from "../../functions/warm-up.ts";
import type { Log } from "../../shared/telemetry/log.ts";
import { functionEnvironment } from "../support/function-environment.ts";
import { runProgram } from "../support/run-command.ts";

describe("the warm-up", () => {
  const logged: unknown[] = [];
  const log: Log = (level, event, fields) => logged.push({ level, event, ...fields, durationMs: undefined });
  const run = (works: Record<string, () => Promise<unknown>>, boundMs = 1_000) =>
    warmUp({ works, boundMs, log, now: Date.now });

  test("is all begun at once and waited for, and says nothing when it goes well", async () => {
    let begun = 0;
    let ended = 0;
    const allBegun = Promise.withResolvers<void>();
    const work = async () => {
      if (++begun === 3) allBegun.resolve();
      await allBegun.promise;
      ended++;
    };
    await run({ a: work, b: work, c: work }, 60_000);
    expect(ended).toBe(3);
    expect(logged).toEqual([]);
  });

  test("never throws, and names what failed and what took too long, once", async () => {
    const late = Promise.withResolvers<void>();
    await run({ thrower: () => Promise.reject(new TypeError("secret text")), dawdler: () => late.promise }, 50);
    late.reject(new Error("later"));
    await expect(late.promise).rejects.toThrow();
    const at = expect.stringMatching(/^\S+ \(warm-up\.test\.ts:\d+:\d+\)$/);
    expect(logged).toEqual([
      { level: "warn", event: "warm_up", work: "thrower", fault: "TypeError", cause: undefined, at },
      { level: "warn", event: "warm_up", work: "dawdler", fault: "TOO_SLOW" },
    ]);
  });
});

const fixture = (name: string) => join(import.meta.dirname, "../fixtures", name);
const closers: (() => void)[] = [];
afterAll(() => {
  for (const close of closers) close();
});

describe.each(functionNames)("%s, as it is bundled", (name) => {
  const checks = "PLATFORM_SECRET_ID" in functionEnvSchemas[name].shape;
  const bundle = join(inject("bundles") ?? "", name, "index.mjs");

  /** Starts the function with AWS and upstream at these addresses, and gives the root of each failure that was logged. */
  async function start(aws: string, upstream: string) {
    const program = `
      const { handler } = await import(${JSON.stringify(bundle)});
      console.log(typeof handler);
      process.exit();`;
    const { status, stdout } = await runProgram(program, {
      ...functionEnvironment,
      AWS_ENDPOINT_URL: aws,
      UPSTREAM_BASE_URL: upstream,
      NODE_EXTRA_CA_CERTS: fixture("localhost-cert.pem"),
    });
    const lines = stdout.trim().split("\n");
    const handler = lines.pop();
    const failures = lines.map((line) => JSON.parse(line) as { work: string; fault: string; cause?: string });
    const rootOf = ({ fault, cause }: (typeof failures)[number]) => cause?.split(" < ").at(-1) ?? fault;
    return {
      status,
      handler,
      failures: Object.fromEntries(failures.map((failure) => [failure.work, rootOf(failure)])),
    };
  }

  /** The address of a server that accepts connections and never answers. */
  async function silence(): Promise<string> {
    const server = createTcpServer((socket) => socket.on("error", () => undefined));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    closers.push(() => server.close());
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test("starts while AWS and upstream say nothing, and names what it could not do", async () => {
    const { status, handler, failures } = await start(`http://${await silence()}`, `https://${await silence()}`);
    expect({ status, handler }).toEqual({ status: 0, handler: "function" });
    const upstream = { platformSecret: "TOO_SLOW", upstream: "TOO_SLOW", authentication: "TOO_SLOW" };
    expect(failures).toEqual({ table: "TOO_SLOW", ...(checks && upstream) });
  });

  test("starts where nobody listens at all", async () => {
    const { status, handler, failures } = await start("http://127.0.0.1:1", "https://127.0.0.1:1");
    expect({ status, handler }).toEqual({ status: 0, handler: "function" });
    const upstream = { platformSecret: "ECONNREFUSED", upstream: "ECONNREFUSED" };
    expect(failures).toEqual({ table: "ECONNREFUSED", ...(checks && upstream) });
  });

  test("asks for the table; if it checks refunds, also for its secret and a connection to upstream, which it asks nothing", async () => {
    const asked: string[] = [];
    let handshakes = 0;
    const tls = { key: readFileSync(fixture("localhost-key.pem")), cert: readFileSync(fixture("localhost-cert.pem")) };
    const server = createServer(tls, (request, response) => {
      asked.push(String(request.headers["x-amz-target"] ?? request.url));
      response.end(JSON.stringify({ SecretString: '{"appId":"a","appKey":"k"}', Items: [], Count: 0 }));
    });
    server.on("secureConnection", () => handshakes++);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    closers.push(() => server.close());
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { status, failures } = await start(url, url);
    expect({ status, failures }).toEqual({ status: 0, failures: {} });
    const read = name === "refund-query" ? "GetItem" : "Query";
    const secret = checks ? ["secretsmanager.GetSecretValue"] : [];
    expect(asked.toSorted()).toEqual([`DynamoDB_20120810.${read}`, ...secret]);
    expect(handshakes).toBe(checks ? 3 : 1);
  });
});
