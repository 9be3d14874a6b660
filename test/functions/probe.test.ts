import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Context } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAskAsPartner } from "../../functions/probe/ask-as-partner.ts";
import { createProbeHandler } from "../../functions/probe/handler.ts";
import { postQuestion } from "../../functions/probe/post-question.ts";
import type { LogFields } from "../../shared/telemetry/log.ts";
import type { Metric } from "../../shared/telemetry/metrics.ts";
import { start } from "../support/refunds.ts";
import { type ScriptedAnswer, startScriptedServer } from "../support/scripted-server.ts";

const partner = { partnerId: "probe", appId: "app", appKeys: ["new", "old"], mids: ["898310148160568"] };
const right = { status: 200, body: { errCode: "SUCCESS", recheck: { final: true } } };

/** One invocation that asks at a URL: what it logs, and what it counts. */
async function probe(url: string, secret: object = partner) {
  const lines: { fields: LogFields; metrics: readonly Metric[] }[] = [];
  const handler = createProbeHandler({
    ask: createAskAsPartner({
      url,
      question: '{"merOrderId":"FINAL-0001"}',
      readPartner: async () => secret,
      readCertificate: undefined,
      sign: (pair, body) => `${pair.appId} ${pair.appKey} ${body.length}`,
      now: () => start,
      post: postQuestion,
    }),
    log: (_level, _event, fields, metrics = []) => lines.push({ fields, metrics }),
    now: () => 0,
  });
  await handler({}, { awsRequestId: "r" } as Context);
  expect(lines).toHaveLength(1);
  return lines[0];
}

test("a final refund's answer is counted, and was asked for with the newest key", async () => {
  await using server = await startScriptedServer(right);
  expect((await probe(`${server.url}/v1/netpay/refund-query`))?.metrics).toEqual([{ name: "Probes", value: 1 }]);
  expect(server.received).toMatchObject([
    {
      path: "/v1/netpay/refund-query",
      headers: { authorization: "app new 68" },
      body: '{"requestTimestamp":"2026-01-05 09:00:00","merOrderId":"FINAL-0001"}',
    },
  ]);
});

test.each<[string, ScriptedAnswer, object]>([
  ["is not final", { status: 200, body: { errCode: "SUCCESS", recheck: { final: false } } }, { fault: "NOT_FINAL" }],
  ["is no answer of ours", { status: 200, body: {} }, { fault: "NOT_FINAL", status: 200 }],
  ["is refused", { status: 401, body: { errCode: "1000" } }, { fault: "REFUSED", status: 401, errCode: "1000" }],
  ["is no JSON", { status: 503, body: "<html>" }, { fault: "SyntaxError" }],
])("an answer that %s counts nothing, and its reason is logged", async (_, answer, fields) => {
  await using server = await startScriptedServer(answer);
  const line = await probe(server.url);
  expect(line?.metrics).toEqual([]);
  expect(line?.fields).toMatchObject(fields);
});

test("a secret that holds no partner is named", async () => {
  expect((await probe("http://127.0.0.1:1", {}))?.fields.fault).toBe("$ZodError");
});

test("a name that leads nowhere is named", async () => {
  expect((await probe("http://nowhere.invalid"))?.fields.fault).toMatch(/^ENOTFOUND|EAI_AGAIN$/);
});

describe("an endpoint over TLS", () => {
  const pem = (name: string) => readFileSync(join(import.meta.dirname, `../fixtures/localhost-${name}.pem`), "utf8");
  const server = createServer({ cert: pem("cert"), key: pem("key") }, (_, response) => response.end("{}"));
  let url = "";
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    url = `https://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  test("whose certificate nobody vouches for counts nothing", async () => {
    const line = await probe(url);
    expect(line?.metrics).toEqual([]);
    expect(line?.fields.fault).toMatch(/SELF_SIGNED_CERT|UNABLE_TO_VERIFY/);
  });
});
