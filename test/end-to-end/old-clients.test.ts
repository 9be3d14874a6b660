import { createHash, randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import { text } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "vitest";
import { localPartnerPrefix } from "../../sandbox/local-secrets.ts";
import type { Allowance, Partner } from "../../shared/partner/partner.ts";
import { newPartnerToken } from "../../shared/partner/partner-token.ts";
import { localSecretsManager } from "../../tools/local-aws.ts";
import { addPartner, allowPartner, disallowPartner, removePartner } from "../../tools/partner-secrets.ts";
import { useLocalRun } from "../support/local-run.ts";
import { authorization, beijingTime, newOrder } from "../support/partner.ts";
import { callsOf, script } from "../support/simulator-control.ts";

const local = useLocalRun({ instances: 2 });
const upstream = () => local.ready().upstreamUrl;
const secrets = () => ({
  client: localSecretsManager(local.ready().secretsManager.endpoint),
  prefix: localPartnerPrefix,
});

const mid = "898310148160599";
const [queryPath, tokenPath] = ["/v1/netpay/refund-query", "/v1/token/access"];

let names = 0;
async function newPartner(...allow: Allowance[]): Promise<Partner> {
  const { partnerId } = await addPartner(secrets(), `old-shop-${++names}`, [mid]);
  return await allowPartner(secrets(), partnerId, allow);
}

/** Sends a body to a path exactly as it is written, which `fetch` would correct. */
async function send(path: string, body: string, headers: Record<string, string> = {}, method = "POST") {
  const { hostname, port } = new URL(local.ready().url);
  const sent = httpRequest({
    hostname,
    port,
    path,
    method,
    headers: { "Content-Type": "application/json", ...headers },
  });
  const response = await new Promise<import("node:http").IncomingMessage>((resolve, reject) => {
    sent.on("response", resolve).on("error", reject).end(body);
  });
  const raw = await text(response);
  return { status: response.statusCode, headers: response.headers, raw, body: JSON.parse(raw) };
}

const keyOf = ({ appKeys: [appKey = ""] }: Partner) => appKey;
const question = (merOrderId: string, members: object = {}) => ({
  requestTimestamp: beijingTime(Date.now()),
  merOrderId,
  instMid: "APPDEFAULT",
  mid,
  tid: "88880001",
  ...members,
});

async function askSigned(partner: Partner, json: object, path = queryPath) {
  const body = JSON.stringify(json);
  return await send(path, body, { Authorization: authorization({ ...partner, appKey: keyOf(partner) }, body) });
}

async function askWithToken(token: string, merOrderId: string, headerOf = (value: string) => `AccessToken="${value}"`) {
  const headers = { Authorization: `OPEN-ACCESS-TOKEN ${headerOf(token)}` };
  return await send(queryPath, JSON.stringify(question(merOrderId)), headers);
}

async function requestToken(partner: Partner, { appKey = keyOf(partner), path = tokenPath, isSha1 = false } = {}) {
  const timestamp = beijingTime(Date.now()).replace(/\D/g, "");
  const nonce = randomBytes(16).toString("hex");
  const signature = createHash(isSha1 ? "sha1" : "sha256")
    .update(partner.appId + timestamp + nonce + appKey)
    .digest("hex");
  const method = isSha1 ? {} : { signMethod: "SHA256" };
  return await send(path, JSON.stringify({ appId: partner.appId, timestamp, nonce, ...method, signature }));
}

describe("a client that fetches a token first", () => {
  let partner: Partner;
  beforeAll(async () => {
    partner = await newPartner("token");
  });

  test.each([
    [tokenPath, false],
    ["/v2/token/access", false],
    ["/v1/token/access/", true],
  ])("gets one at %s, by SHA1: %j, and asks with it", async (path, isSha1) => {
    const { status, body } = await requestToken(partner, { path, isSha1 });
    expect([status, Object.keys(body)]).toEqual([200, ["errCode", "errInfo", "accessToken", "expiresIn"]]);
    expect(body).toMatchObject({ errCode: "0000", errInfo: "正常", expiresIn: 3_600 });
    const order = newOrder("FAIL-");
    const answer = await askWithToken(body.accessToken, order);
    expect(answer.body).toMatchObject({ errCode: "SUCCESS", refundStatus: "FAIL", recheck: { final: true } });
    expect(await callsOf(upstream(), order)).toHaveLength(1);
  });

  test("may write the header as it likes", async () => {
    const { accessToken } = (await requestToken(partner)).body;
    const forms = [
      (token: string) => `AccessToken=${token}`,
      (token: string) => `AppId="${partner.appId}", Token="${token}"`,
      (token: string) => `AccessToken = "${token}" ,AppId=${partner.appId}`,
    ];
    for (const form of forms) expect((await askWithToken(accessToken, newOrder("SUCCESS-"), form)).status).toBe(200);
  });

  test("does not leave the token in the log", async () => {
    const { accessToken } = (await requestToken(partner)).body;
    await askWithToken(accessToken, newOrder("SUCCESS-"));
    await expect.poll(() => local.lines.some((line) => line.includes('"event":"partner_token"'))).toBe(true);
    expect(local.lines.filter((line) => line.includes(accessToken))).toEqual([]);
  });

  test("is refused one by a wrong key, by a wrong body and where it was not allowed one", async () => {
    const refusals = [
      await requestToken(partner, { appKey: "guess" }),
      await requestToken({ ...partner, appId: "0".repeat(32) }),
      await requestToken(await newPartner()),
      await send(tokenPath, "not json"),
      await send(tokenPath, "{}"),
    ];
    for (const { status, raw, headers } of refusals) {
      expect(status).toBe(412);
      expect(raw).toMatch(/^\{"errCode":"1000","errInfo":"认证失败",/);
      expect(headers["content-type"]).toBe("application/json; charset=utf-8");
    }
  });

  test("gets in with no other token, and ChinaUMS is not asked", async () => {
    const now = Date.now();
    const other = await newPartner("token");
    const notAllowed = await newPartner();
    const token = newPartnerToken(partner.appId, keyOf(partner), now);
    const last = token.endsWith("A") ? "B" : "A";
    const wrong = [
      newPartnerToken(partner.appId, keyOf(partner), now - 8_100_000),
      newPartnerToken(partner.appId, keyOf(other), now),
      newPartnerToken(notAllowed.appId, keyOf(notAllowed), now),
      token.slice(0, -1) + last,
      token.replace(/^./, (first) => (first === "0" ? "1" : "0")),
      randomBytes(16).toString("hex"),
    ];
    const order = newOrder("SUCCESS-");
    for (const one of wrong) {
      const { status, headers, raw } = await askWithToken(one, order);
      expect(status).toBe(401);
      expect(raw).toMatch(/^\{"errCode":"1000","errInfo":"认证失败",/);
      expect(headers["www-authenticate"]).toMatch(/^OPEN-BODY-SIG/);
    }
    expect(await callsOf(upstream(), order)).toEqual([]);
    expect((await askWithToken(token, order)).status).toBe(200);
  });

  test("that is removed before an instance knows it has a token for nothing", async () => {
    const gone = await newPartner("token");
    await removePartner(secrets(), gone.partnerId);
    const order = newOrder("SUCCESS-");
    const { status, body } = await askWithToken(newPartnerToken(gone.appId, keyOf(gone), Date.now()), order);
    expect([status, body.errCode]).toEqual([401, "1000"]);
    expect((await requestToken(gone)).status).toBe(412);
    expect(await callsOf(upstream(), order)).toEqual([]);
  });

  test("is known as soon as it may use tokens, though it was known before", async () => {
    const late = await newPartner();
    expect((await askSigned(late, question(newOrder("SUCCESS-")))).status).toBe(200);
    expect((await requestToken(late)).status).toBe(412);
    await allowPartner(secrets(), late.partnerId, ["token"]);
    await expect.poll(async () => (await requestToken(late)).status, { timeout: 20_000, interval: 500 }).toBe(200);
    const left = await disallowPartner(secrets(), late.partnerId, ["token"]);
    expect(left).not.toHaveProperty("allow");
  });

  test("asks in data, and reads its answer at the top or in there", async () => {
    const { accessToken } = (await requestToken(partner)).body;
    const order = newOrder("SUCCESS-");
    const headers = { Authorization: `OPEN-ACCESS-TOKEN AccessToken="${accessToken}"` };
    const { status, body } = await send(queryPath, JSON.stringify({ data: question(order, { msgId: "m1" }) }), headers);
    const { data, ...members } = body;
    expect(status).toBe(200);
    expect(data).toEqual(members);
    expect(members).toMatchObject({ refundStatus: "SUCCESS", msgId: "m1", recheck: { final: true } });
    const wrong = await send(queryPath, JSON.stringify({ data: { mid } }), headers);
    expect([wrong.status, wrong.body.data.errCode]).toEqual([400, "BAD_REQUEST"]);
  });
});

describe("a client with another address for the same question", () => {
  test.each([
    "/v1/netpay/refund-query/",
    "//v1/netpay/refund-query",
    "/v1/netpay/trade/refund/query",
    "//v1/netpay/trade/refund/query/",
    "/v1/netpay/refund-query?from=old",
  ])("is answered at %s, from one record", async (path) => {
    const partner = await newPartner();
    const order = newOrder("SUCCESS-");
    expect((await askSigned(partner, question(order))).body.recheck.source).toBe("upstream");
    const { status, body } = await askSigned(partner, question(order), path);
    expect([status, body.refundStatus, body.recheck.source]).toEqual([200, "SUCCESS", "record"]);
    expect(await callsOf(upstream(), order)).toHaveLength(1);
  });

  test.each([
    ["POST", "/v1/netpay/refund"],
    ["POST", "/v1/netpay/query"],
    ["POST", "/v1/netpay/bills/query"],
    ["POST", "/"],
    ["GET", "/v1/netpay/refund-query"],
  ])("is told in ChinaUMS's form that %s %s is no service of ours", async (method, path) => {
    const { status, raw, headers } = await send(path, method === "GET" ? "" : "{}", {}, method);
    expect(status).toBe(404);
    expect(raw).toMatch(/^\{"errCode":"NO_SERVICE","errMsg":"[^"]+","errInfo":"[^"]+",/);
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
  });
});

describe("a client with another spelling of the request", () => {
  test("sends the time in digits, numbers where text is meant, and null", async () => {
    const partner = await newPartner();
    const order = newOrder("SUCCESS-");
    const members = {
      requestTimestamp: beijingTime(Date.now()).replace(/\D/g, ""),
      mid: Number(mid),
      tid: 88880001,
      msgId: 42,
      srcReserve: null,
    };
    const { status, body } = await askSigned(partner, question(order, members));
    expect([status, body.refundStatus, body.msgId]).toEqual([200, "SUCCESS", "42"]);
    const [call] = await callsOf(upstream(), order);
    expect(JSON.parse(call?.rawBody ?? "")).toMatchObject({ mid, tid: "88880001" });
  });

  test("names the product by a systemId, which goes to ChinaUMS and is a refund of its own", async () => {
    const partner = await newPartner();
    const order = newOrder();
    await script(upstream(), order, [{ refundStatus: "FAIL" }, { refundStatus: "SUCCESS" }]);
    const bySystem = question(order, { instMid: undefined, systemId: "APPDEFAULT" });
    expect((await askSigned(partner, bySystem)).body.refundStatus).toBe("FAIL");
    expect((await askSigned(partner, question(order))).body.refundStatus).toBe("SUCCESS");
    expect((await askSigned(partner, bySystem)).body).toMatchObject({
      refundStatus: "FAIL",
      recheck: { source: "record" },
    });
    const sent = (await callsOf(upstream(), order)).map(({ rawBody }) => JSON.parse(rawBody ?? ""));
    expect(sent).toMatchObject([{ systemId: "APPDEFAULT" }, { instMid: "APPDEFAULT" }]);
    expect(sent[0]).not.toHaveProperty("instMid");
    expect(sent[1]).not.toHaveProperty("systemId");
  });

  test("is told which member holds half a character, and ChinaUMS's own never hurt", async () => {
    const partner = await newPartner();
    const order = newOrder();
    const wrong = await askSigned(partner, question(order, { srcReserve: "a\ud800" }));
    expect([wrong.status, wrong.body.errors[0].field]).toEqual([400, "srcReserve"]);
    await script(upstream(), order, [{ refundStatus: "SUCCESS", fields: { merName: "店\udc00", errMsg: "\ud800" } }]);
    const { status, body } = await askSigned(partner, question(order));
    expect([status, body.refundStatus, body.merName]).toEqual([200, "SUCCESS", "店\ufffd"]);
  });
});

describe("a client that throws at every status but 200 and ChinaUMS's 412", () => {
  let partner: Partner;
  beforeAll(async () => {
    partner = await newPartner("chinaums-statuses");
  });

  test.each([
    ["SUCCESS-", "SUCCESS"],
    ["NOORDER-", "NO_ORDER"],
    ["RESET-", "NET_ERROR"],
    ["HTML-", "INVALID_RESPONSE"],
    ["DENIEDIP-", "INTERNAL_ERROR"],
  ])("reads of a refund %s the errCode %s, with the status 200", async (prefix, errCode) => {
    const { status, headers, body } = await askSigned(partner, question(newOrder(prefix)));
    expect([status, body.errCode]).toEqual([200, errCode]);
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(body).toHaveProperty("recheck.state");
    expect(body).not.toHaveProperty("title");
  });

  test("reads which member is wrong", async () => {
    const { status, raw, body } = await askSigned(partner, question("1"));
    expect([status, body.errors[0].field]).toEqual([200, "merOrderId"]);
    expect(raw).toMatch(/^\{"errCode":"BAD_REQUEST","errMsg":/);
  });

  test("is told 412 of a wrong key and of a merchant that is not its own", async () => {
    const wrongKey = await askSigned({ ...partner, appKeys: ["guess"] }, question(newOrder("SUCCESS-")));
    expect([wrongKey.status, wrongKey.body.errCode, wrongKey.body.errInfo]).toEqual([412, "1000", "认证失败"]);
    const foreign = await askSigned(partner, question(newOrder("SUCCESS-"), { mid: "898310148160500" }));
    expect([foreign.status, foreign.body.errCode, foreign.body.errInfo]).toEqual([412, "1001", "授权失败"]);
  });
});
