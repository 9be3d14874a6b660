import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { listen } from "../../../sandbox/loopback.ts";
import { createPost } from "../../../shared/chinaums/transport/post.ts";
import { httpBytes, startRawServer } from "../../support/raw-server.ts";

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "../../fixtures", name));
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const postTo = (baseUrl: string) => createPost({ baseUrl, maxSockets: 5, now: Date.now });
const ask = (post: ReturnType<typeof postTo>) => post("/", {}, "{}", Date.now() + 5_000);
const answer = { kind: "answer", answer: { status: 200, body: "{}" } };

test("a connection opened ahead is the one that the next request takes, and is kept afterwards", async () => {
  const server = createHttpServer((_, response) => response.end("{}"));
  let connections = 0;
  server.on("connection", () => connections++);
  const post = postTo(await listen(server, 0));
  closers.push(() => server.close());
  await post.connect();
  await expect.poll(() => connections).toBe(1);
  for (let i = 0; i < 3; i++) expect(await ask(post)).toEqual(answer);
  expect(connections).toBe(1);
  await Promise.all([ask(post), ask(post), ask(post)]);
  expect(connections).toBe(3);
});

test("one that the other side has closed meanwhile is not taken", async () => {
  let closed = () => {};
  const bothEndsClosed = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const server = await startRawServer((socket, count) => {
    if (count > 1) socket.on("data", () => socket.write(httpBytes(200, "{}")));
    else socket.on("close", closed).resume().end();
  });
  closers.push(server.close);
  const post = postTo(server.url);
  await post.connect();
  await bothEndsClosed;
  expect(await ask(post)).toEqual(answer);
  expect(server.connections()).toBe(2);
});

test("one that turns out to be dead is closed to the request, and the next request opens another", async () => {
  const server = await startRawServer((socket, count) =>
    socket.on("data", () => (count === 1 ? socket.resetAndDestroy() : socket.write(httpBytes(200, "{}")))),
  );
  closers.push(server.close);
  const post = postTo(server.url);
  await post.connect();
  expect(await ask(post)).toEqual({ kind: "closed" });
  expect(await ask(post)).toEqual(answer);
});

test("one that is opened ahead is dropped with the kept ones when one of them proves dead", async () => {
  let isDying = false;
  const server = await startRawServer((socket) =>
    socket.on("data", () => (isDying ? socket.resetAndDestroy() : socket.write(httpBytes(200, "{}")))),
  );
  closers.push(server.close);
  const post = postTo(server.url);
  await ask(post);
  await post.connect();
  isDying = true;
  expect(await ask(post)).toEqual({ kind: "closed" });
  isDying = false;
  expect(await ask(post)).toEqual(answer);
  expect(server.connections()).toBe(3);
});

test.each([
  ["http://255.255.255.255", "255.255.255.255", 80],
  ["https://255.255.255.255", "255.255.255.255", 443],
  ["http://[::ffff:255.255.255.255]", "::ffff:ffff:ffff", 80],
])("%s is opened at %s, port %d", async (url, address, port) => {
  // Nobody can be connected to at such an address, and the error names it.
  await expect(postTo(url).connect()).rejects.toMatchObject({ address, port });
});

test("no more connections are opened than may be, and further requests wait for one", async () => {
  const server = await startRawServer((socket) => socket.on("data", () => socket.write(httpBytes(200, "{}"))));
  closers.push(server.close);
  const post = createPost({ baseUrl: server.url, maxSockets: 1, now: Date.now });
  expect(await Promise.all([ask(post), ask(post), ask(post)])).toEqual([answer, answer, answer]);
  expect(server.connections()).toBe(1);
});

test("over TLS it is not opened to somebody whose certificate is not trusted, whatever the process has been told", async () => {
  const names: string[] = [];
  const server = createHttpsServer(
    {
      key: fixture("localhost-key.pem"),
      cert: fixture("localhost-cert.pem"),
      SNICallback(name, done) {
        names.push(name);
        done(null);
      },
    },
    (_, response) => response.end("{}"),
  );
  closers.push(() => server.close());
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  try {
    const url = (await listen(server, 0)).replace("http:", "https:");
    for (const one of [url, url.replace("127.0.0.1", "localhost")]) {
      await expect(postTo(one).connect()).rejects.toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    }
    // An address is no server name.
    expect(names).toEqual(["localhost"]);
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  }
});

test("nobody listening is said by the name of the error", async () => {
  const server = await startRawServer(() => undefined);
  await server.close();
  await expect(postTo(server.url).connect()).rejects.toMatchObject({ code: "ECONNREFUSED" });
});
