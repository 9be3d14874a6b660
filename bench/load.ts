import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalRun } from "../sandbox/local-run.ts";
import { maxShare } from "../shared/partner/partner.ts";
import { signedNow } from "./partner-event.ts";
import { usageOf } from "./process-usage.ts";
import { report, round } from "./report.ts";

const connectionCounts = [1, 10, 50, 100, 200];
const secondsEach = 8;
/** Then one load for a while, to see whether memory stays where it is. */
const steady = { connections: 50, times: 6 };
/** One request in so many is about a refund that nobody has asked about; the others are answered from the record. */
const newEvery = 10;

type Result = {
  requests: { average: number };
  latency: { p50: number; p99: number };
  errors: number;
  timeouts: number;
  non2xx: number;
};
type Request = { path?: string; headers?: object; body?: string };
type Autocannon = (options: {
  url: string;
  connections: number;
  duration: number;
  requests: { method: "POST"; path: string; setupRequest: (request: Request) => Request }[];
}) => Promise<Result>;

/** The local endpoint at rising concurrency: what it gets through, how long it takes, and what memory its instances have. */
export async function benchLoad(): Promise<void> {
  const { default: autocannon } = (await import("autocannon" as string)) as { default: Autocannon };
  const data = mkdtempSync(join(tmpdir(), "refund-status-bench-"));
  const local = await startLocalRun({
    port: 0,
    data,
    upstream: undefined,
    platform: undefined,
    instances: 2,
    settings: { partnerRate: String(maxShare.perSecond), partnerBurst: String(maxShare.burst) },
    sweepEveryMs: 3_600_000,
    onLogLine: () => undefined,
  });
  try {
    const { url, partners } = local.ready;
    const [partner] = partners;
    const mid = partner?.mids[0];
    if (partner === undefined || mid === undefined) throw new Error("the local run has no partner");
    let count = 0;
    const setupRequest = (request: Request): Request => {
      const merOrderId = count++ % newEvery === 0 ? `SUCCESS-${count}` : "SUCCESS-0";
      const question = { merOrderId, mid, tid: "88880001", instMid: "APPDEFAULT" };
      const { headers, body } = signedNow({ baseUrl: url, credentials: partner, question });
      return { ...request, headers: { ...headers }, body };
    };
    const memoryMb = () => local.pids("refund-query").reduce((sum, pid) => sum + usageOf(pid).mb, 0);
    const load = async (connections: number): Promise<(string | number)[]> => {
      const { requests, latency, errors, timeouts, non2xx } = await autocannon({
        url,
        connections,
        duration: secondsEach,
        requests: [{ method: "POST", path: "/v1/netpay/refund-query", setupRequest }],
      });
      const failed = errors + timeouts + non2xx;
      const rate = Math.round(requests.average);
      return [connections, rate, latency.p50, latency.p99, failed, round(memoryMb(), 0)];
    };
    const rising = [];
    for (const connections of connectionCounts) rising.push(await load(connections));
    const onAndOn = [];
    for (let time = 0; time < steady.times; time++) onAndOn.push(await load(steady.connections));
    const columns = ["connections", "requests/s", "p50 ms", "p99 ms", "errors", "memory of both MB"];
    report("load", [
      {
        title: `load: the local endpoint, two instances, ${secondsEach} s each`,
        columns,
        rows: rising,
        notes: [
          `One request in ${newEvery} is about a new refund (three hops), the others about a final one (one hop). Client, gateway, ` +
            "function, upstream and database share the machine.",
        ],
      },
      { title: "load: the same load on and on", columns, rows: onAndOn },
    ]);
  } finally {
    await local.close();
    rmSync(data, { recursive: true, force: true });
  }
}
