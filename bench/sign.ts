import type { webcrypto } from "node:crypto";
import { signBody } from "../shared/chinaums/auth/open-body-sig.ts";
import { buildRefundQuery } from "../shared/chinaums/refund-query/build-refund-query.ts";
import { spreadOf } from "./paired.ts";
import { report, round } from "./report.ts";

const credentials = { appId: "0".repeat(32), appKey: "1".repeat(32) };
const nonce = "2".repeat(32);
const question = {
  merOrderId: "124S2023071980881897",
  instMid: "APPDEFAULT",
  mid: "898310148160568",
  tid: "88880001",
  srcReserve: undefined,
};
const callsARun = 20_000;

/** The signature as WebCrypto makes it, which is what a library that also serves browsers would use. */
async function signByWebCrypto(body: string, key: webcrypto.CryptoKey): Promise<string> {
  const text = new TextEncoder();
  const bodyHash = Buffer.from(await crypto.subtle.digest("SHA-256", text.encode(body))).toString("hex");
  const toSign = text.encode(`${credentials.appId}20170101120000${nonce}${bodyHash}`);
  return Buffer.from(await crypto.subtle.sign("HMAC", key, toSign)).toString("base64");
}

/** Signatures a second, by node:crypto as the service makes them, and by WebCrypto. */
export async function benchSign(runs: number): Promise<void> {
  const body = JSON.stringify(buildRefundQuery(question, 0, nonce));
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(credentials.appKey), hmac, false, ["sign"]);
  const times: Record<"ours" | "webCrypto", number[]> = { ours: [], webCrypto: [] };
  for (let run = 0; run <= runs; run++) {
    const from = performance.now();
    for (let i = 0; i < callsARun; i++) signBody(credentials, body, i, nonce);
    const between = performance.now();
    for (let i = 0; i < callsARun / 10; i++) await signByWebCrypto(body, key);
    const to = performance.now();
    // The first run is for the compiler.
    if (run === 0) continue;
    times.ours.push((1_000 * (between - from)) / callsARun);
    times.webCrypto.push((10_000 * (to - between)) / callsARun);
  }
  const rows = Object.entries(times).map(([name, all]) => {
    const { min, median, max } = spreadOf(all);
    return [name, round(min, 1), round(median, 1), round(max, 1), Math.round(1e6 / median)];
  });
  report("sign", [
    { title: "sign: one refund query", columns: ["by", "min µs", "median µs", "max µs", "a second"], rows },
  ]);
}
