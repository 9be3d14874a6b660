/** Asks what became of one refund, with the client of this project. Exit 0: answered (HTTP 200); 1: not. */
import { createRefundStatusClient } from "../client/refund-status-client.ts";
import { RefundStatusError } from "../client/refund-status-error.ts";

function env(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

const client = createRefundStatusClient({ baseUrl: env("URL"), appId: env("APP_ID"), appKey: env("APP_KEY") });

try {
  const answer = await client.query({
    merOrderId: env("MER_ORDER_ID"),
    instMid: process.env.INST_MID ?? "APPDEFAULT",
    mid: env("MID"),
    tid: env("TID"),
    srcReserve: process.env.SRC_RESERVE,
  });
  process.stdout.write(JSON.stringify(answer));
} catch (error) {
  if (!(error instanceof RefundStatusError)) throw error;
  process.stderr.write(`${error.reason}: ${error.message}\n`);
  process.stdout.write(JSON.stringify(error.body ?? {}));
  process.exitCode = 1;
}
