import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { listen } from "../../sandbox/loopback.ts";
import { noLoopback, readLoopbackOrigins } from "../../shared/webhook/loopback-origins.ts";
import { createPostWebhook } from "../../shared/webhook/post-webhook.ts";
import type { ResolveName } from "../../shared/webhook/resolve-name.ts";
import { httpBytes, startRawServer } from "../support/raw-server.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function rawServer(onConnection: (socket: Socket) => void) {
  const server = await startRawServer(onConnection);
  closers.push(server.close);
  return server;
}

async function httpServer(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server: Server = createServer(answer);
  closers.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return await listen(server, 0);
}

const noNames: ResolveName = async () => {
  throw new Error("nothing was to be resolved");
};
const local = createPostWebhook({ resolve: noNames, isLoopbackAllowed: readLoopbackOrigins("*"), now: Date.now });
const postTo = (url: string, waitMs = 10_000) => local(url, {}, "{}", Date.now() + waitMs);

describe("the request", () => {
  test("is a POST of the very body with the given headers", async () => {
    const seen: { line: string; headers: IncomingMessage["headers"]; body: string }[] = [];
    const url = await httpServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const line = `${request.method} ${request.url}`;
      seen.push({ line, headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.end("ok");
    });
    const body = '{"备注":"退款 ✓"}';
    const result = await local(`${url}/hook?a=1`, { "webhook-id": "evt_1" }, body, Date.now() + 10_000);
    expect(result).toEqual({ kind: "delivered", status: 200 });
    const [first] = seen;
    expect(first).toMatchObject({ line: "POST /hook?a=1", body });
    expect(first?.headers).toMatchObject({
      "webhook-id": "evt_1",
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
      "user-agent": "refund-status-for-chinaums",
      host: new URL(url).host,
    });
  });
});

describe("a kept connection", () => {
  const ok = httpBytes(200, "ok");
  const delivered = { kind: "delivered", status: 200 };

  test("takes the next delivery, if hardly any time lies between", async () => {
    let time = Date.now();
    const post = createPostWebhook({ resolve: noNames, isLoopbackAllowed: readLoopbackOrigins("*"), now: () => time });
    const server = await rawServer((socket) => socket.on("data", () => socket.write(ok)));
    const send = () => post(server.url, {}, "{}", time + 10_000);
    for (let i = 0; i < 3; i++) expect(await send()).toEqual(delivered);
    expect(server.connections()).toBe(1);
    time += 1_001;
    expect(await send()).toEqual(delivered);
    expect(server.connections()).toBe(2);
  });

  test("that has died fails one delivery and no other, and nothing is sent twice", async () => {
    let dying = false;
    let posts = 0;
    const server = await rawServer((socket) =>
      socket.on("data", () => {
        posts++;
        if (dying) socket.resetAndDestroy();
        else setTimeout(() => socket.write(ok), 20);
      }),
    );
    let time = Date.now();
    const post = createPostWebhook({ resolve: noNames, isLoopbackAllowed: readLoopbackOrigins("*"), now: () => time });
    const send = () => post(server.url, {}, "{}", time + 10_000);
    expect(await Promise.all([send(), send(), send()])).toEqual([delivered, delivered, delivered]);
    expect([server.connections(), posts]).toEqual([3, 3]);
    dying = true;
    expect(await send()).toEqual({ kind: "failed", because: "reset" });
    expect([server.connections(), posts]).toEqual([3, 4]);
    dying = false;
    time += 10;
    expect(await send()).toEqual(delivered);
    expect([server.connections(), posts]).toEqual([4, 5]);
  });

  test("is not kept where the answer was cut", async () => {
    const long = httpBytes(200, "x".repeat(100_000));
    const server = await rawServer((socket) => socket.on("data", () => socket.write(long)));
    for (let i = 0; i < 2; i++) expect(await postTo(server.url)).toEqual(delivered);
    expect(server.connections()).toBe(2);
  });
});

describe("an answer", () => {
  test.each([200, 201, 202, 204, 299])("of %i is a delivery", async (status) => {
    const server = await rawServer((socket) => socket.once("data", () => socket.end(httpBytes(status, ""))));
    expect(await postTo(server.url)).toEqual({ kind: "delivered", status });
  });

  test.each([301, 302, 303, 304, 307, 308])("of %i is a failure, and the redirect is not followed", async (status) => {
    let reached = 0;
    const elsewhere = await httpServer((_, response) => {
      reached++;
      response.end();
    });
    const header = `Location: ${elsewhere}/\r\n`;
    const server = await rawServer((socket) => socket.once("data", () => socket.end(httpBytes(status, "", header))));
    expect(await postTo(server.url)).toEqual({ kind: "failed", because: "redirect", status });
    expect([reached, server.connections()]).toEqual([0, 1]);
  });

  test.each([400, 401, 404, 429, 500, 503, 599])("of %i is a failure", async (status) => {
    const server = await rawServer((socket) => socket.once("data", () => socket.end(httpBytes(status, "no"))));
    expect(await postTo(server.url)).toEqual({ kind: "failed", because: "status", status });
  });

  test("of 410 says that the endpoint is gone", async () => {
    const server = await rawServer((socket) => socket.once("data", () => socket.end(httpBytes(410, ""))));
    expect(await postTo(server.url)).toEqual({ kind: "gone" });
  });

  test("that asks for a longer wait is heard", async () => {
    const busy = httpBytes(503, "", "Retry-After: 120\r\n");
    const server = await rawServer((socket) => socket.once("data", () => socket.end(busy)));
    expect(await postTo(server.url)).toEqual({ kind: "failed", because: "status", status: 503, retryAfterMs: 120_000 });
  });

  test.each([
    ["10 MB", 10_000_000],
    ["no end", Number.POSITIVE_INFINITY],
  ])("with a body of %s is cut", async (_, bytes) => {
    let sent = 0;
    let cut = () => {};
    const whenCut = new Promise<void>((done) => {
      cut = done;
    });
    const url = await httpServer((_request, response) => {
      response.writeHead(200);
      const fill = () => {
        while (sent < bytes && !response.destroyed) {
          sent += 16_384;
          if (!response.write(Buffer.alloc(16_384))) return response.once("drain", fill);
        }
        return response.end();
      };
      fill();
      response.on("close", cut);
    });
    expect(await postTo(url)).toEqual({ kind: "delivered", status: 200 });
    await whenCut;
    // What the kernel had taken from the sender is more than what was read.
    expect(sent).toBeLessThan(8_000_000);
  });

  test("whose body never comes, or breaks off, is what its status says", async () => {
    const head = (status: number) => `HTTP/1.1 ${status} X\r\nContent-Length: 100\r\n\r\nhalf`;
    const silent = await rawServer((socket) => socket.once("data", () => socket.write(head(200))));
    expect(await postTo(silent.url, 300)).toEqual({ kind: "delivered", status: 200 });
    const broken = await rawServer((socket) => socket.once("data", () => socket.end(head(500))));
    expect(await postTo(broken.url)).toEqual({ kind: "failed", because: "status", status: 500 });
  });
});

describe("no answer", () => {
  test("for the whole time is a timeout, also where interim answers come or the head trickles in", async () => {
    const hanging = await rawServer(() => undefined);
    expect(await postTo(hanging.url, 100)).toEqual({ kind: "failed", because: "timeout" });
    for (const [head, piece] of [
      ["", "HTTP/1.1 102 Processing\r\n\r\n"],
      ["HTTP/1.1 200 OK\r\n", "x: y\r\n"],
    ]) {
      const dripping = await rawServer((socket) => {
        socket.write(head ?? "");
        const drip = setInterval(() => socket.write(piece ?? ""), 5);
        socket.on("close", () => clearInterval(drip));
      });
      expect(await postTo(dripping.url, 200)).toEqual({ kind: "failed", because: "timeout" });
    }
  });

  test("because the time was over before it began is a timeout, without a connection", async () => {
    const server = await rawServer(() => undefined);
    expect(await postTo(server.url, -1)).toEqual({ kind: "failed", because: "timeout" });
  });

  test.each([
    ["resets", (socket: Socket) => socket.once("data", () => socket.resetAndDestroy())],
    ["hangs up", (socket: Socket) => socket.once("data", () => socket.end())],
    ["resets at once", (socket: Socket) => socket.resetAndDestroy()],
    [
      "changes the protocol",
      (socket: Socket) =>
        socket.once("data", () =>
          socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"),
        ),
    ],
  ])("from a receiver that %s", async (_, onConnection) => {
    const server = await rawServer(onConnection);
    expect(await postTo(server.url)).toEqual({ kind: "failed", because: "reset" });
  });

  test.each([
    ["other bytes than HTTP", "SSH-2.0-OpenSSH_9.2\r\n"],
    ["headers without end", `HTTP/1.1 200 OK\r\nx: ${"x".repeat(100_000)}\r\n`],
  ])("but %s is unreadable", async (_, bytes) => {
    const server = await rawServer((socket) => socket.once("data", () => socket.write(bytes)));
    expect(await postTo(server.url)).toEqual({ kind: "failed", because: "unreadable" });
  });

  test("because nobody listens is unreachable", async () => {
    const server = await startRawServer(() => undefined);
    await server.close();
    expect(await postTo(server.url)).toEqual({ kind: "failed", because: "unreachable" });
  });
});

describe("a name", () => {
  /** Whether anything is connected to is seen by a server on this machine, at the port that the URL names. */
  async function postToName(resolve: ResolveName, options: { scheme?: string; waitMs?: number } = {}) {
    const server = await rawServer((socket) => socket.destroy());
    const post = createPostWebhook({ resolve, isLoopbackAllowed: readLoopbackOrigins("*"), now: Date.now });
    const { port } = new URL(server.url);
    const { scheme = "https", waitMs = 10_000 } = options;
    const result = await post(`${scheme}://hooks.example.com:${port}/`, {}, "{}", Date.now() + waitMs);
    return { result, connections: server.connections() };
  }
  const forbidden = { result: { kind: "failed", because: "forbidden_address" }, connections: 0 };

  test.each([
    "127.0.0.1",
    "169.254.169.254",
    "10.0.0.1",
    "100.64.0.1",
    "::1",
    "fd00::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "fe80::1",
    "fd00:ec2::254",
    "0.0.0.0",
    "::",
  ])("that leads to %s is not connected to, even on the local run", async (address) => {
    expect(await postToName(async () => [address])).toEqual(forbidden);
  });

  test("of which one address is not public is not connected to at all", async () => {
    expect(await postToName(async () => ["93.184.216.34", "127.0.0.1"])).toEqual(forbidden);
    expect(await postToName(async () => ["127.0.0.1", "2606:4700::1111"])).toEqual(forbidden);
  });

  test("that a resolver answers with anything but an address is not connected to", async () => {
    expect(await postToName(async () => ["localhost"])).toEqual(forbidden);
  });

  test("that does not resolve, or not in time, is a failure", async () => {
    const { result } = await postToName(noNames);
    expect(result).toEqual({ kind: "failed", because: "unresolved" });
    expect((await postToName(async () => [])).result).toEqual({ kind: "failed", because: "unresolved" });
    const hanging = await postToName(() => new Promise(() => undefined), { waitMs: 50 });
    expect(hanging).toEqual({ result: { kind: "failed", because: "timeout" }, connections: 0 });
  });

  test("is never called over http, whatever it leads to", async () => {
    const { result, connections } = await postToName(async () => ["93.184.216.34"], { scheme: "http" });
    expect({ result, connections }).toEqual({ result: { kind: "failed", because: "bad_url" }, connections: 0 });
  });
});

test("deployed, an address of this machine is not connected to", async () => {
  const server = await rawServer((socket) => socket.destroy());
  const post = createPostWebhook({ resolve: noNames, isLoopbackAllowed: noLoopback, now: Date.now });
  const { port } = new URL(server.url);
  const because = async (url: string) => {
    const result = await post(url, {}, "{}", Date.now() + 10_000);
    return result.kind === "failed" && result.because;
  };
  expect(await because(`http://127.0.0.1:${port}/`)).toBe("bad_url");
  expect(await because(`https://127.0.0.1:${port}/`)).toBe("forbidden_address");
  expect(await because(`https://[::ffff:127.0.0.1]:${port}/`)).toBe("forbidden_address");
  expect(await because(`https://u:p@hooks.example.com:${port}/`)).toBe("bad_url");
  expect(server.connections()).toBe(0);
});
