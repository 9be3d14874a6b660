import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { createPost } from "../../../shared/chinaums/transport/post.ts";
import { httpBytes } from "../../support/raw-server.ts";

/** Answers one request, then ends the connection, gives it up, and says so. It lives on while the test's own thread stands still. */
const server = `
  const { parentPort, workerData } = require("node:worker_threads");
  require("node:net").createServer((socket) => {
    socket.once("data", () => {
      socket.write(workerData.answer);
      socket.end(() => {
        socket.resetAndDestroy();
        Atomics.store(workerData.given, 0, 1);
        Atomics.notify(workerData.given, 0);
      });
    });
  }).listen(0, "127.0.0.1", function () { parentPort.postMessage(this.address().port); });
`;

test("a connection that was ended and given up during a freeze of the process is closed", async () => {
  const given = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(server, { eval: true, workerData: { answer: httpBytes(200, "{}"), given } });
  try {
    const [port] = await once(worker, "message");
    const post = createPost({ baseUrl: `http://127.0.0.1:${port}`, maxSockets: 1, now: Date.now });
    const ask = () => post("/", {}, "{}", Date.now() + 5_000);
    await post.connect();
    expect(await ask()).toMatchObject({ kind: "answer" });
    Atomics.wait(given, 0, 0);
    expect(await ask()).toEqual({ kind: "closed" });
  } finally {
    await worker.terminate();
  }
});
