import { type Agent, createServer, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { listen } from "../../../sandbox/loopback.ts";
import { createConnections } from "../../../shared/chinaums/transport/connections.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server that never closes a connection by itself, however long nothing comes. */
async function startServer(answerMs = 0) {
  const server = createServer({ keepAliveTimeout: 0 }, (_, response) => {
    setTimeout(() => response.end("{}"), answerMs);
  });
  const count = { opened: 0, closed: 0 };
  server.on("connection", (socket) => {
    count.opened++;
    socket.on("close", () => count.closed++);
  });
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseUrl = new URL(await listen(server, 0));
  const ask = (agent: Agent) =>
    new Promise<string>((resolve, reject) => {
      request(baseUrl, { agent, method: "POST" }, (response) => resolve(text(response)))
        .on("error", reject)
        .end("{}");
    });
  return { baseUrl, count, ask };
}

test("a kept connection is closed by us when it has been idle for so long", async () => {
  const { baseUrl, count, ask } = await startServer();
  const { agent } = createConnections({ baseUrl, maxSockets: 5, idleMs: 50 });
  expect(await ask(agent)).toBe("{}");
  await expect.poll(() => count).toEqual({ opened: 1, closed: 1 });
});

test("one that was opened ahead, and that no request has taken, is closed in the same way", async () => {
  const { baseUrl, count, ask } = await startServer();
  const connections = createConnections({ baseUrl, maxSockets: 5, idleMs: 50 });
  await connections.openOne();
  await expect.poll(() => count).toEqual({ opened: 1, closed: 1 });
  expect(await ask(connections.agent)).toBe("{}");
  expect(count.opened).toBe(2);
});

test("of two that were opened ahead only the later one is left, and it is the one that is taken", async () => {
  const { baseUrl, count, ask } = await startServer();
  const connections = createConnections({ baseUrl, maxSockets: 5, idleMs: 60_000 });
  await connections.openOne();
  await connections.openOne();
  await expect.poll(() => count).toEqual({ opened: 2, closed: 1 });
  expect(await ask(connections.agent)).toBe("{}");
  expect(count).toEqual({ opened: 2, closed: 1 });
});

test("one that was opened ahead is left to its request for as long as the answer takes", async () => {
  const { baseUrl, count, ask } = await startServer(200);
  const connections = createConnections({ baseUrl, maxSockets: 5, idleMs: 50 });
  await connections.openOne();
  expect(await ask(connections.agent)).toBe("{}");
  expect(count.opened).toBe(1);
});
