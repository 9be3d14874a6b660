/**
 * Stands between a function and a DynamoDB engine and adds up what the engine says that each operation consumed. Argument: the
 * engine's address. GET tells the sums, DELETE forgets them.
 */
import { createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";

type Capacity = { CapacityUnits?: number };
export type Consumed = Record<string, { calls: number; units: number; bytesOut: number; bytesIn: number }>;

const [engine = ""] = process.argv.slice(2);
process.on("disconnect", () => process.exit(0));
let consumed: Consumed = {};

const server = createServer((request, response) => {
  if (request.method !== "POST") {
    response.end(JSON.stringify(consumed));
    if (request.method === "DELETE") consumed = {};
    return;
  }
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const input = Buffer.concat(chunks);
    const operation = String(request.headers["x-amz-target"]).replace(/^.*\./, "");
    const body = JSON.stringify({ ...JSON.parse(input.toString()), ReturnConsumedCapacity: "TOTAL" });
    const headers = { ...request.headers, "content-length": String(Buffer.byteLength(body)) };
    const call = forward(engine, { method: "POST", headers }, (answer) => {
      const answered: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => answered.push(chunk));
      answer.on("end", () => {
        const output = Buffer.concat(answered);
        const { ConsumedCapacity = [] } = JSON.parse(output.toString() || "{}") as {
          ConsumedCapacity?: Capacity | Capacity[];
        };
        const sum = consumed[operation] ?? { calls: 0, units: 0, bytesOut: 0, bytesIn: 0 };
        consumed[operation] = sum;
        sum.calls++;
        sum.bytesOut += input.length;
        sum.bytesIn += output.length;
        for (const { CapacityUnits = 0 } of [ConsumedCapacity].flat()) sum.units += CapacityUnits;
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        response.end(output);
      });
    });
    call.on("error", () => response.destroy());
    call.end(body);
  });
});
server.keepAliveTimeout = 65_000;
server.listen(0, "127.0.0.1", () =>
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);
