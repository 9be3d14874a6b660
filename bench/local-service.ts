import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FunctionName } from "../functions/function-envs.ts";
import { type LocalRun, startLocalRun } from "../sandbox/local-run.ts";
import { maxShare } from "../shared/partner/partner.ts";
import type { Consumed } from "./fakes/counting-dynamodb.ts";
import { startFake } from "./fakes/start-fake.ts";
import { platformSecret, questionAbout, signedNow } from "./partner-event.ts";

export type LocalService = {
  readonly run: LocalRun;
  /** Asks over HTTP as the first partner does, on a kept connection. */
  readonly ask: (
    merOrderId: string,
    headers?: Record<string, string>,
  ) => Promise<{ status: number; body: string; ms: number }>;
  /** What the counted function has asked of DynamoDB since the last time; nothing where none is counted. */
  readonly consumed: () => Promise<Consumed>;
  /** Lines that the functions have logged since the last time. */
  readonly logLines: () => string[];
};

/** The local run with a fake upstream that answers `refundStatus` after `upstreamMs`, for as long as `use` runs. */
export async function withLocalService<T>(
  options: { instances: number; upstreamMs: number; refundStatus: string; counted: FunctionName | undefined },
  use: (service: LocalService) => Promise<T>,
): Promise<T> {
  const data = mkdtempSync(join(tmpdir(), "refund-status-bench-"));
  const agent = new Agent({ keepAlive: true });
  const closers: (() => Promise<void>)[] = [];
  let countingUrl: string | undefined;
  let lines: string[] = [];
  try {
    const upstream = await startFake("upstream", [String(options.upstreamMs), options.refundStatus]);
    closers.push(upstream.close);
    const run = await startLocalRun({
      port: 0,
      data,
      upstream: upstream.url,
      platform: platformSecret,
      instances: options.instances,
      settings: { partnerRate: String(maxShare.perSecond), partnerBurst: String(maxShare.burst) },
      // Nothing comes due while it is measured.
      sweepEveryMs: 3_600_000,
      withoutStream: true,
      onLogLine: (line) => lines.push(line),
      ...(options.counted !== undefined && {
        endpointsOf: async (name, endpoints) => {
          if (name !== options.counted) return endpoints;
          const counting = await startFake("counting-dynamodb", [endpoints.dynamodb]);
          closers.push(counting.close);
          countingUrl = counting.url;
          return { ...endpoints, dynamodb: counting.url };
        },
      }),
    });
    closers.unshift(run.close);
    const [partner] = run.ready.partners;
    if (partner === undefined) throw new Error("there is no partner");
    return await use({
      run,
      ask: (merOrderId, more = {}) =>
        new Promise((resolve, reject) => {
          const question = questionAbout(merOrderId);
          const signed = signedNow({ baseUrl: run.ready.url, credentials: partner, question });
          const { body } = signed;
          const headers = {
            ...signed.headers,
            "content-length": Buffer.byteLength(body),
            ...more,
          };
          const startedAt = performance.now();
          const call = request(signed.url, { method: "POST", agent, headers }, (response) => {
            let text = "";
            response.setEncoding("utf8").on("data", (chunk: string) => {
              text += chunk;
            });
            response.on("end", () =>
              resolve({ status: response.statusCode ?? 0, body: text, ms: performance.now() - startedAt }),
            );
          });
          call.on("error", reject).end(body);
        }),
      consumed: async () =>
        countingUrl === undefined ? {} : ((await (await fetch(countingUrl, { method: "DELETE" })).json()) as Consumed),
      logLines() {
        const sofar = lines;
        lines = [];
        return sofar;
      },
    });
  } finally {
    agent.destroy();
    for (const close of closers) await close();
    rmSync(data, { recursive: true, force: true });
  }
}
