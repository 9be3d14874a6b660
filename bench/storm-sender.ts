import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Ready } from "../tools/ready.ts";
import { signedNow } from "./partner-event.ts";

export type Sent = {
  readonly p50: number;
  readonly p99: number;
  readonly answered: number;
  readonly refused: number;
};

/** Sends a partner's questions at an even pace, whether or not earlier ones are answered, each about a new refund. */
export function createSender(url: string, partner: Ready["partners"][number]) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  let count = 0;

  function ask(): Promise<{ status: number; ms: number }> {
    const startedAt = performance.now();
    const merOrderId = `SUCCESS-${partner.partnerId}-${process.pid}-${++count}`.slice(-32);
    const question = { merOrderId, mid: partner.mids[0] ?? "", tid: "88880001", instMid: "APPDEFAULT" };
    const signed = signedNow({ baseUrl: url, credentials: partner, question });
    return new Promise((resolve, reject) => {
      const call = request(signed.url, { method: "POST", agent, headers: { ...signed.headers } }, (response) => {
        response.resume();
        response.on("end", () => resolve({ status: response.statusCode ?? 0, ms: performance.now() - startedAt }));
      });
      call.on("error", reject).end(signed.body);
    });
  }

  return {
    /** Sends so many a second for so many seconds; the times are in ms. @throws an Error for a status that is neither 200 nor 429 */
    async send({ perSecond, seconds }: { perSecond: number; seconds: number }): Promise<Sent> {
      const asked = [];
      const beganAt = performance.now();
      for (let i = 0; i < perSecond * seconds; i++) {
        const waitMs = beganAt + (i * 1_000) / perSecond - performance.now();
        if (waitMs > 0) await sleep(waitMs);
        asked.push(ask());
      }
      const answers = await Promise.all(asked);
      const other = answers.find(({ status }) => status !== 200 && status !== 429);
      if (other !== undefined) throw new Error(`a request was answered by ${other.status}`);
      const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
      const at = (part: number) => times[Math.ceil(times.length * part) - 1] ?? 0;
      const refused = answers.filter(({ status }) => status === 429).length;
      return { p50: at(0.5), p99: at(0.99), answered: answers.length - refused, refused };
    },
    close: () => agent.destroy(),
  };
}
