import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../sandbox/simulator/start-simulator.ts";
import vector from "../fixtures/open-access-token.json" with { type: "json" };
import { callsOf, controlTokens, revokeTokens, tokenCallsOf } from "../support/simulator-control.ts";

const { appId, appKey, timestamp, nonce, signature, sentAtMs } = vector;
let nowMs: number;
let simulator: Simulator;
beforeEach(async () => {
  nowMs = sentAtMs;
  simulator = await startSimulator({ credentials: { appId, appKeys: [appKey] }, now: () => nowMs });
});
afterEach(() => simulator.close());

const signed = { appId, timestamp, nonce, signMethod: "SHA256", signature };
async function post(path: string, body: object | string, headers: Record<string, string> = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(simulator.url + path, { method: "POST", body: text, headers });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}
const newToken = async (path = "/v1/token/access") => String((await post(path, signed)).answer.accessToken);
const question = {
  requestTimestamp: "2026-03-01 00:30:00",
  merOrderId: "SUCCESS-0001",
  instMid: "APPDEFAULT",
  mid: "898310148160568",
  tid: "88880001",
};
const header = (token: string) => `OPEN-ACCESS-TOKEN AccessToken="${token}", AppId="${appId}"`;
async function ask(authorization: string, body: object = question) {
  const { status, answer } = await post("/v1/netpay/refund-query", body, { authorization });
  return [status, answer.errCode];
}
const refused = [412, "1000"];
const answered = [200, "SUCCESS"];

describe("the token call", () => {
  test.each(["/v1/token/access", "/v2/token/access"])(
    "%s issues a token of an hour for openssl's signature",
    async (path) => {
      expect(await post(path, signed)).toEqual({
        status: 200,
        answer: {
          errCode: "0000",
          errInfo: "正常",
          accessToken: expect.stringMatching(/^[0-9a-f]{32}$/),
          expiresIn: 3600,
        },
      });
    },
  );

  const sign = (changed: Partial<typeof signed>) => {
    const { appId, timestamp, nonce } = { ...signed, ...changed };
    const hash = createHash("sha256").update(appId + timestamp + nonce + appKey);
    return { ...signed, ...changed, signature: hash.digest("hex") };
  };
  test.each([
    ["a wrong signature", { ...signed, signature: signature.replace(/^./, "x") }],
    ["a signature in capitals", { ...signed, signature: signature.toUpperCase() }],
    ["an unknown appId", sign({ appId: "another" })],
    ["another signMethod", { ...signed, signMethod: "HmacSHA256" }],
    ["UTC in place of Beijing time", sign({ timestamp: "20260228163000" })],
    ["a timestamp with dashes", sign({ timestamp: "2026-03-01 00:30:00" })],
    ["a long nonce", sign({ nonce: "n".repeat(129) })],
    ["no nonce", { ...signed, nonce: undefined }],
    ["a number for a timestamp", { ...signed, timestamp: Number(timestamp) }],
  ])("refuses %s with 412 and 1000, and says why in its call log", async (_, body) => {
    expect(await post("/v1/token/access", body)).toEqual({
      status: 412,
      answer: { errCode: "1000", errInfo: "认证失败" },
    });
    expect(await callsOf(simulator.url)).toMatchObject([
      { verified: false, reason: expect.any(String), merOrderId: null },
    ]);
  });

  test("refuses what is not JSON", async () => {
    expect(await post("/v1/token/access", "appId=1")).toMatchObject({ status: 412, answer: { errCode: "9001" } });
  });

  test("answers by its script, a step a call, and DELETE /_control forgets it", async () => {
    await controlTokens(simulator.url, { expiresIn: 7, answers: [{ errCode: "DENIED_IP" }, { errCode: "9200" }, {}] });
    const codes = [];
    for (let i = 0; i < 4; i++) {
      const { status, answer } = await post("/v1/token/access", signed);
      codes.push([status, answer.errCode, answer.expiresIn]);
    }
    const issued = [200, "0000", 7];
    expect(codes).toEqual([[200, "DENIED_IP", undefined], [412, "9200", undefined], issued, issued]);
    await controlTokens(simulator.url, { answers: [{ raw: "garbage" }] });
    await expect(post("/v1/token/access", signed)).rejects.toThrow();
    await fetch(`${simulator.url}/_control`, { method: "DELETE" });
    expect((await post("/v1/token/access", signed)).answer).toMatchObject({ errCode: "0000", expiresIn: 3600 });
  });

  test.each([{ expiresIn: 0 }, { expiresIn: "1" }, { answers: [{ no: 1 }] }, { token: "x" }])(
    "is not scripted by %j",
    async (told) => {
      await expect(controlTokens(simulator.url, told as never)).rejects.toThrow("Wrong fields");
    },
  );
});

describe("a call with a token", () => {
  test.each([
    ["as documented", (token: string) => header(token)],
    ["bare and without the AppId", (token: string) => `OPEN-ACCESS-TOKEN AccessToken=${token}`],
    ["bare with the AppId", (token: string) => `OPEN-ACCESS-TOKEN AccessToken=${token},AppId=${appId}`],
    ["the other way round", (token: string) => `OPEN-ACCESS-TOKEN AppId="${appId}", AccessToken="${token}"`],
  ])("is let in, its header %s", async (_, write) => {
    expect(await ask(write(await newToken()))).toEqual(answered);
  });

  test.each([
    ["a token that nobody issued", () => header("0".repeat(32))],
    ["another AppId", (token: string) => header(token).replace(appId, "another")],
    ["half a token", (token: string) => header(token.slice(0, 16))],
    ["no token", () => "OPEN-ACCESS-TOKEN"],
    ["two tokens", (token: string) => `${header(token)}, AccessToken="${token}"`],
    ["a quote too few", (token: string) => `OPEN-ACCESS-TOKEN AccessToken="${token}`],
  ])("is refused with %s", async (_, write) => {
    expect(await ask(write(await newToken()))).toEqual(refused);
  });

  test("is let in until the token has expired", async () => {
    await controlTokens(simulator.url, { expiresIn: 60 });
    const token = await newToken();
    nowMs += 59_999;
    expect(await ask(header(token))).toEqual(answered);
    nowMs += 1;
    expect(await ask(header(token))).toEqual(refused);
  });

  test("is refused once ten newer tokens have been issued", async () => {
    const tokens = [];
    for (let i = 0; i < 10; i++) tokens.push(await newToken(i % 2 ? "/v1/token/access" : "/v2/token/access"));
    for (const token of tokens) expect(await ask(header(token))).toEqual(answered);
    const eleventh = await newToken();
    expect(await (await fetch(`${simulator.url}/_control/tokens`)).json()).toEqual({ valid: 10 });
    const [oldest = "", ...others] = [...tokens, eleventh];
    expect(await ask(header(oldest))).toEqual(refused);
    for (const token of others) expect(await ask(header(token))).toEqual(answered);
  });

  test("is refused once the tokens are revoked, or the platform knows another AppId", async () => {
    const token = await newToken();
    await revokeTokens(simulator.url);
    expect(await ask(header(token))).toEqual(refused);
    const newer = await newToken();
    simulator.setCredentials({ appId, appKeys: ["rotated"] });
    expect(await ask(header(newer))).toEqual(answered);
    simulator.setCredentials({ appId: "another", appKeys: [appKey] });
    for (const stranger of [header(newer), header(newer).replace(appId, "another")]) {
      expect(await ask(stranger)).toEqual(refused);
    }
  });
});

describe("a question in data", () => {
  test("is answered in data, a fault of the gateway is not", async () => {
    const authorization = header(await newToken());
    const query = (merOrderId: string) =>
      post("/v1/netpay/refund-query", { data: { ...question, merOrderId } }, { authorization });
    expect(await query("SUCCESS-0001")).toMatchObject({ status: 200, answer: { data: { refundStatus: "SUCCESS" } } });
    expect((await query("NOORDER-0001")).answer).toMatchObject({ data: { errCode: "NO_ORDER" } });
    expect((await query("12345")).answer).toMatchObject({ data: { errCode: "BAD_REQUEST" } });
    expect(await query("BADSIGN-0001")).toEqual({ status: 412, answer: { errCode: "1000", errInfo: "认证失败" } });
    expect(await callsOf(simulator.url, "SUCCESS-0001")).toHaveLength(1);
  });
});

test("token calls are in the call log beside the others, and belong to no order", async () => {
  await ask(header(await newToken("/v2/token/access")));
  expect(await callsOf(simulator.url)).toMatchObject([
    { path: "/v2/token/access", verified: true, reason: null, merOrderId: null },
    { path: "/v1/netpay/refund-query", verified: true, reason: null, merOrderId: "SUCCESS-0001" },
  ]);
  expect(await tokenCallsOf(simulator.url)).toHaveLength(1);
});
