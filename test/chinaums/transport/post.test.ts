import { createServer } from "node:http";
import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { listen } from "../../../sandbox/loopback.ts";
import { createPost } from "../../../shared/chinaums/transport/post.ts";
import type { PostResult } from "../../../shared/chinaums/transport/raw-answer.ts";
import { httpBytes, startRawServer } from "../../support/raw-server.ts";

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function rawServer(onConnection: Parameters<typeof startRawServer>[0]) {
  const server = await startRawServer(onConnection);
  closers.push(server.close);
  return server;
}

function postTo(baseUrl: string, waitMs = 5_000): Promise<PostResult> {
  return createPost({ baseUrl, maxSockets: 5, now: Date.now })("/path", {}, "{}", Date.now() + waitMs);
}

const answered = (status: number, body: string): PostResult => ({ kind: "answer", answer: { status, body } });

describe("an answer", () => {
  test.each([200, 302, 404, 412, 500])("comes back with its body at HTTP %i", async (status) => {
    const server = await rawServer((socket) =>
      socket.once("data", () => socket.write(httpBytes(status, '{"a":"退款"}'))),
    );
    expect(await postTo(server.url)).toEqual(answered(status, '{"a":"退款"}'));
  });

  test("a redirect is not followed", async () => {
    const server = await rawServer((socket) =>
      socket.once("data", () => socket.write(httpBytes(307, "", `Location: http://127.0.0.1:1/\r\n`))),
    );
    expect(await postTo(server.url)).toEqual(answered(307, ""));
    expect(server.connections()).toBe(1);
  });

  test("the body is sent as it is, in UTF-8, as JSON, below the base URL's own path", async () => {
    const seen: unknown[] = [];
    const server = createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { authorization, "content-type": type, "content-length": length } = request.headers;
      seen.push({ url: request.url, authorization, type, length, body: Buffer.concat(chunks).toString() });
      response.end("{}");
    });
    closers.push(() => void server.close());
    const post = createPost({ baseUrl: `${await listen(server, 0)}/base/`, maxSockets: 5, now: Date.now });
    await post("/v1/x", { authorization: "A" }, '{"备注":"测试"}', Date.now() + 5_000);
    const body = '{"备注":"测试"}';
    const [authorization, type, length] = ["A", "application/json", String(Buffer.byteLength(body))];
    expect(seen).toEqual([{ url: "/base/v1/x", authorization, type, length, body }]);
  });

  test("connections are kept and used again", async () => {
    const server = await rawServer((socket) => socket.on("data", () => socket.write(httpBytes(200, "{}"))));
    const post = createPost({ baseUrl: server.url, maxSockets: 5, now: Date.now });
    for (let i = 0; i < 5; i++) await post("/", {}, "{}", Date.now() + 5_000);
    expect(server.connections()).toBe(1);
  });

  test("leaves no timer behind that would keep the process alive until the deadline", async () => {
    const server = await rawServer((socket) => socket.on("data", () => socket.write(httpBytes(200, "{}"))));
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    const post = createPost({ baseUrl: server.url, maxSockets: 5, now: Date.now });
    // So many that what the test runner does meanwhile makes no difference.
    for (let i = 0; i < 50; i++) await post("/", {}, "{}", Date.now() + 3_600_000);
    expect(timers()).toBeLessThan(before + 25);
  });
});

describe("no answer", () => {
  test("a hang ends at the deadline", async () => {
    const server = await rawServer(() => undefined);
    expect(await postTo(server.url, 50)).toEqual({ kind: "timeout" });
  });

  test("a body that trickles in ends at the deadline as well", async () => {
    const server = await rawServer((socket) =>
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n");
        const drip = setInterval(() => socket.write("x"), 5);
        socket.on("close", () => clearInterval(drip));
      }),
    );
    expect(await postTo(server.url, 60)).toEqual({ kind: "timeout" });
  });

  test("a deadline that has passed already is a timeout", async () => {
    const server = await rawServer(() => undefined);
    expect(await postTo(server.url, -1)).toEqual({ kind: "timeout" });
  });

  test("a connection reset or ended before any byte is closed", async () => {
    const reset = await rawServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
    expect(await postTo(reset.url)).toEqual({ kind: "closed" });
    const ended = await rawServer((socket) => socket.once("data", () => socket.end()));
    expect(await postTo(ended.url)).toEqual({ kind: "closed" });
  });

  test.each([
    ["lost", (socket: Socket) => socket.resetAndDestroy()],
    ["ended", (socket: Socket) => socket.end()],
  ])("a connection %s in the middle of a body is unreadable", async (_, giveUp) => {
    const server = await rawServer((socket) =>
      socket.once("data", () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"errCode":"SUCCESS"');
        setTimeout(() => giveUp(socket), 20);
      }),
    );
    expect(await postTo(server.url)).toEqual({ kind: "unreadable" });
  });

  test("bytes that are not HTTP are unreadable", async () => {
    const server = await rawServer((socket) => socket.once("data", () => socket.end("SSH-2.0-OpenSSH_9.2\r\n")));
    expect(await postTo(server.url)).toEqual({ kind: "unreadable" });
  });

  test("a body beyond 64 KiB is unreadable", async () => {
    const server = await rawServer((socket) =>
      socket.once("data", () => socket.write(httpBytes(200, JSON.stringify({ errMsg: "x".repeat(70_000) })))),
    );
    expect(await postTo(server.url)).toEqual({ kind: "unreadable" });
  });

  test("nobody listening, or a name that does not resolve, is unreachable", async () => {
    const server = await rawServer(() => undefined);
    await server.close();
    closers.length = 0;
    expect(await postTo(server.url)).toEqual({ kind: "unreachable" });
    expect(await postTo("http://nowhere.invalid")).toEqual({ kind: "unreachable" });
  });
});

test("a body of 64 KiB is read, and one byte more is not", async () => {
  for (const [size, kind] of [
    [65_536, "answer"],
    [65_537, "unreadable"],
  ] as const) {
    const server = await rawServer((socket) =>
      socket.once("data", () => socket.write(httpBytes(200, "x".repeat(size)))),
    );
    expect((await postTo(server.url)).kind).toBe(kind);
  }
});

test("a call that is given up closes its connection, and leaves the other kept ones", async () => {
  let [isSilent, closed] = [false, 0];
  const server = await rawServer((socket) => {
    socket.on("close", () => closed++);
    socket.on("data", () => {
      if (!isSilent) setTimeout(() => socket.write(httpBytes(200, "{}")), 20);
    });
  });
  const post = createPost({ baseUrl: server.url, maxSockets: 5, now: Date.now });
  const ask = (waitMs = 5_000) => post("/", {}, "{}", Date.now() + waitMs);
  await Promise.all([ask(), ask()]);
  isSilent = true;
  expect(await ask(50)).toEqual({ kind: "timeout" });
  await expect.poll(() => closed).toBe(1);
  isSilent = false;
  expect(await ask()).toEqual(answered(200, "{}"));
  expect(server.connections()).toBe(2);
});

test("after one kept connection proves dead, no other kept one is tried", async () => {
  let dying = false;
  const server = await rawServer((socket) =>
    socket.on("data", () =>
      dying ? socket.resetAndDestroy() : setTimeout(() => socket.write(httpBytes(200, "{}")), 20),
    ),
  );
  const post = createPost({ baseUrl: server.url, maxSockets: 5, now: Date.now });
  const ask = () => post("/", {}, "{}", Date.now() + 5_000);
  await Promise.all([ask(), ask(), ask()]);
  expect(server.connections()).toBe(3);
  dying = true;
  expect(await ask()).toEqual({ kind: "closed" });
  dying = false;
  expect(await ask()).toEqual(answered(200, "{}"));
  expect(server.connections()).toBe(4);
});
