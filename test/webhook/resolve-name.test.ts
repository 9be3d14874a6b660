import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createResolveName } from "../../shared/webhook/resolve-name.ts";

/** Type of a question by its number. Source: RFC 1035 §3.2.2, RFC 3596 §2.1. */
const types = new Map([
  [1, "A"],
  [28, "AAAA"],
]);
/** What a name has, by its type; a name that is missing is never answered. */
const records: Record<string, Record<string, number[][]>> = {
  "both.example": { A: [[93, 184, 216, 34]], AAAA: [[0x26, 0x06, 0x47, ...Array.from({ length: 12 }, () => 0), 0x11]] },
  "four.example": {
    A: [
      [1, 1, 1, 1],
      [10, 0, 0, 1],
    ],
  },
  "none.example": {},
  localhost: {},
};

let server: Socket;
const asked: string[] = [];
const now = { ms: 0 };
const resolve = () =>
  createResolveName({ now: () => now.ms, servers: [`127.0.0.1:${(server.address() as { port: number }).port}`] });

/** The answer to a DNS message with one question. Source: RFC 1035 §4.1. */
function answerTo(message: Buffer): Buffer | undefined {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString("ascii", at + 1, at + 1 + length));
    at += 1 + length;
  }
  const type = types.get(message.readUInt16BE(at + 1)) ?? "";
  const name = labels.join(".").toLowerCase();
  asked.push(`${name} ${type}`);
  const found = records[name]?.[type] ?? [];
  if (records[name] === undefined) return undefined;
  const header = Buffer.from([0x81, 0x80, 0, 1, 0, found.length, 0, 0, 0, 0]);
  const answers = found.map((data) =>
    Buffer.concat([
      Buffer.from([0xc0, 12]),
      message.subarray(at + 1, at + 5),
      Buffer.from([0, 0, 0, 60, 0, data.length, ...data]),
    ]),
  );
  return Buffer.concat([message.subarray(0, 2), header, message.subarray(12, at + 5), ...answers]);
}

beforeAll(async () => {
  server = createSocket("udp4", (message, { port, address }) => {
    const answer = answerTo(message);
    if (answer !== undefined) server.send(answer, port, address);
  });
  server.bind(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => server.close());
beforeEach(() => {
  asked.length = 0;
});

test("a name's addresses of both families are found", async () => {
  expect(await resolve()("both.example")).toEqual(["93.184.216.34", "2606:4700::11"]);
  expect(asked.toSorted()).toEqual(["both.example A", "both.example AAAA"]);
  expect(await resolve()("four.example")).toEqual(["1.1.1.1", "10.0.0.1"]);
});

test("a name without an address is an error, and the machine's own list of hosts is not asked", async () => {
  await expect(resolve()("none.example")).rejects.toThrow("the name has no address");
  await expect(resolve()("localhost")).rejects.toThrow("the name has no address");
});

test("a name that is not answered is given up, and holds up no other", async () => {
  const ask = resolve();
  const hanging = ["a", "b", "c", "d", "e", "f", "g", "h"].map((each) => ask(`${each}.silent.example`));
  let given = 0;
  for (const each of hanging) each.catch(() => given++);
  expect(await ask("both.example")).toHaveLength(2);
  expect(given).toBe(0);
  expect((await Promise.allSettled(hanging)).map(({ status }) => status)).toEqual(hanging.map(() => "rejected"));
});

test("what was found is taken again for five seconds, by deliveries at the same time too", async () => {
  const ask = resolve();
  now.ms = 1_000;
  await Promise.all([ask("both.example"), ask("both.example")]);
  now.ms = 5_999;
  await ask("both.example");
  expect(asked).toHaveLength(2);
  now.ms = 6_000;
  await ask("both.example");
  expect(asked).toHaveLength(4);
});
