import { expect, test } from "vitest";
import { createEndpointQueues } from "../../shared/webhook/endpoint-queues.ts";
import type { WebhookResult } from "../../shared/webhook/webhook-result.ts";

const delivered: WebhookResult = { kind: "delivered", status: 200 };
const failed: WebhookResult = { kind: "failed", because: "timeout" };

/** Tries that end when the test says so. */
function useQueues(perEndpoint: number, inAll: number) {
  const queues = createEndpointQueues({ perEndpoint, inAll });
  const underWay: { readonly name: string; readonly end: (result: WebhookResult) => void }[] = [];
  const started: string[] = [];
  const settle = () => new Promise<void>((done) => setImmediate(done));
  return {
    started,
    async add(url: string, ...names: string[]) {
      for (const name of names) {
        void queues.run(url, () => {
          started.push(name);
          return new Promise((end) => underWay.push({ name, end }));
        });
      }
      await settle();
    },
    async end(name: string, result: WebhookResult = delivered) {
      const at = underWay.findIndex((each) => each.name === name);
      underWay.splice(at, 1)[0]?.end(result);
      await settle();
    },
  };
}

const [a, b, c] = ["https://a.example/1", "https://b.example/", "https://c.example/"];

test("an endpoint that hangs holds as many tries as one may, and the others go on", async () => {
  const { add, end, started } = useQueues(2, 10);
  await add(a, "a1", "a2", "a3");
  await add(b, "b1", "b2", "b3");
  expect(started).toEqual(["a1", "a2", "b1", "b2"]);
  await end("b1");
  await end("b2");
  await end("b3");
  expect(started).toEqual(["a1", "a2", "b1", "b2", "b3"]);
});

test("the bound in all holds, and the endpoints take turns", async () => {
  const { add, end, started } = useQueues(2, 2);
  await add(a, "a1", "a2", "a3", "a4");
  await add(b, "b1", "b2");
  await add(c, "c1");
  expect(started).toEqual(["a1", "a2"]);
  for (const name of ["a1", "a2", "a3", "b1", "c1", "a4", "b2"]) await end(name);
  expect(started).toEqual(["a1", "a2", "a3", "b1", "c1", "a4", "b2"]);
});

test("an endpoint that has failed gets one try at a time, and more again as it succeeds", async () => {
  const { add, end, started } = useQueues(4, 10);
  const names = Array.from({ length: 12 }, (_, i) => `a${i + 1}`);
  await add(a, ...names);
  expect(started).toHaveLength(4);
  for (const name of ["a1", "a2", "a3", "a4"]) await end(name, failed);
  expect(started).toHaveLength(5);
  await end("a5");
  expect(started).toHaveLength(7);
  await end("a6");
  expect(started).toHaveLength(10);
  await end("a7", failed);
  await end("a8", failed);
  expect(started).toHaveLength(10);
});

test("URLs of one origin share a queue, and a result comes back to who asked", async () => {
  const queues = createEndpointQueues({ perEndpoint: 1, inAll: 5 });
  const order: string[] = [];
  const tryAs = (name: string, result: WebhookResult) => async () => {
    order.push(name);
    return result;
  };
  const results = await Promise.all([
    queues.run(a, tryAs("first", delivered)),
    queues.run("https://a.example/2", tryAs("second", failed)),
    queues.run(b, tryAs("other", delivered)),
  ]);
  expect(results).toEqual([delivered, failed, delivered]);
  expect(order).toEqual(["first", "other", "second"]);
  const broken = () => Promise.reject(new Error("broken"));
  await expect(queues.run(a, broken)).rejects.toThrow("broken");
  expect(await queues.run(a, tryAs("next", delivered))).toEqual(delivered);
});
