import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRefundStatusClient } from "../client/refund-status-client.ts";
import { useLocalRun } from "./support/local-run.ts";
import { hasNginx, startNginx } from "./support/nginx.ts";
import { authorization, newOrder } from "./support/partner.ts";
import { callsOf } from "./support/simulator-control.ts";

const root = join(import.meta.dirname, "..");
const platform = { appId: "the-platform", appKey: "the-platforms-key" };
const local = useLocalRun({ platform });

/** The block of the page, with the addresses of this machine in place of the page's. */
function blockOfPage(): string {
  const page = readFileSync(join(root, "docs/compatibility.md"), "utf8");
  const [, block = ""] = /^```nginx\n([\s\S]*?)^```$/m.exec(page) ?? [];
  const here = {
    "listen 8080": "listen 127.0.0.1:PORT",
    "/etc/ssl/certs/ca-certificates.crt": join(root, "test/fixtures/localhost-cert.pem"),
    "https://refund-status.example.com": local.ready().url,
    "https://api-mop.chinaums.com": local.ready().upstreamUrl,
  };
  return Object.entries(here).reduce((text, [theirs, ours]) => {
    if (!text.includes(theirs)) throw new Error(`the page's block has no ${theirs}`);
    return text.replace(theirs, ours);
  }, block);
}

describe.skipIf(!hasNginx)(
  `with the nginx of the compatibility page${hasNginx ? "" : ": nginx is not installed"}`,
  () => {
    let gateway: Awaited<ReturnType<typeof startNginx>>;
    beforeAll(async () => {
      gateway = await startNginx(blockOfPage());
    });
    afterAll(() => gateway?.close());

    const bodyAbout = (merOrderId: string) =>
      JSON.stringify(local.partner().request({ merOrderId, srcReserve: "备注" }));
    async function post(path: string, body: string, pair: { appId: string; appKey: string }) {
      const headers = { "Content-Type": "application/json", Authorization: authorization(pair, body) };
      const response = await fetch(gateway.url + path, { method: "POST", headers, body });
      return { status: response.status, sent: headers, answer: (await response.json()) as Record<string, unknown> };
    }

    test("a refund query reaches this service, signature and Chinese included", async () => {
      const [partner] = local.ready().partners;
      if (partner === undefined) throw new Error("the local run has no partner");
      const client = createRefundStatusClient({ baseUrl: gateway.url, ...partner });
      const { mid } = local.partner();
      const question = { merOrderId: newOrder("SUCCESS-"), mid, tid: "88880001", instMid: "APPDEFAULT" };
      const { recheck, srcReserve } = await client.query({ ...question, srcReserve: "备注" });
      expect([recheck.state, srcReserve]).toEqual(["succeeded", "备注"]);
    });

    test.each(["/v1/netpay/refund-query/", "//v1/netpay/refund-query", "/v1/netpay/trade/refund/query"])(
      "so does one at %s",
      async (path) => {
        const { status, answer } = await post(path, bodyAbout(newOrder("SUCCESS-")), local.partner().pair);
        expect(status).toBe(200);
        expect(answer).toMatchObject({ refundStatus: "SUCCESS", recheck: { final: true } });
      },
    );

    test.each(["/v1/netpay/refund", "/v1/netpay/bills/query", "/v1/netpay/refund-query-of-another-kind"])(
      "a call to %s reaches ChinaUMS as it was sent",
      async (path) => {
        const body = bodyAbout(newOrder());
        const { sent } = await post(path, body, platform);
        const calls = (await callsOf(local.ready().upstreamUrl)).filter((call) => call.path === path);
        expect(calls).toMatchObject([{ rawBody: body, authorization: sent.Authorization }]);
      },
    );

    test("a token call reaches ChinaUMS, so a client with tokens needs a base URL of its own for this service", async () => {
      await post("/v1/token/access", "{}", platform);
      const calls = (await callsOf(local.ready().upstreamUrl)).filter((call) => call.path === "/v1/token/access");
      expect(calls).toHaveLength(1);
    });
  },
);
