/**
 * Stands between a function and a DynamoDB engine and adds up what the engine says that each operation consumed. Argument: the
 * engine's address. GET tells the sums, DELETE forgets them.
 */
import { request as forward } from "node:http";
import { serveFake } from "./serve-fake.ts";

type Capacity = { CapacityUnits?: number };
export type Consumed = Record<string, { calls: number; units: number; bytesOut: number; bytesIn: number }>;

const [engine = ""] = process.argv.slice(2);
let consumed: Consumed = {};

serveFake("http", (input, request, response) => {
  if (request.method !== "POST") {
    response.end(JSON.stringify(consumed));
    if (request.method === "DELETE") consumed = {};
    return;
  }
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
