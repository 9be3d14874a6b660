import { createHash, createHmac, randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerScriptSchema } from "../../sandbox/simulator/answer-step.ts";
import { ReceivedCalls } from "../../sandbox/simulator/received-calls.ts";
import { scenarios } from "../../sandbox/simulator/scenarios.ts";
import { startSimulator } from "../../sandbox/simulator/start-simulator.ts";

const credentials = { appId: "10037e6f6a4e6da4016a670fd4530012", appKeys: ["f7a74b6c02ae4e1e94aaba311c04acf2"] };
const nowMs = Date.parse("2026-03-01T00:30:00+08:00"); // In Beijing already March, in UTC still February.
let simulator: Awaited<ReturnType<typeof startSimulator>>;

beforeEach(async () => {
  simulator = await startSimulator({ credentials, now: () => nowMs });
});
afterEach(() => simulator.close());

const request = {
  requestTimestamp: "2026-03-01 00:30:00",
  instMid: "APPDEFAULT",
  mid: "898310148160568",
  tid: "88880001",
  msgId: "0DUNOje1Bwtue6XinEs7DWhKS2NmUCVg",
  srcReserve: "备注 C20220119000001",
};

function signed(body: string, appKey = credentials.appKeys[0] ?? ""): RequestInit {
  const nonce = randomUUID();
  const bodyHash = createHash("sha256").update(body).digest("hex");
  const mac = createHmac("sha256", appKey).update(`${credentials.appId}20260301003000${nonce}${bodyHash}`);
  const parameters = {
    AppId: credentials.appId,
    Timestamp: "20260301003000",
    Nonce: nonce,
    Signature: mac.digest("base64"),
  };
  const authorization = `OPEN-BODY-SIG ${Object.entries(parameters).map(([name, value]) => `${name}="${value}"`)}`;
  return { method: "POST", body, headers: { authorization, "content-type": "application/json" } };
}

function send(init: RequestInit) {
  return fetch(`${simulator.url}/v1/netpay/refund-query`, init);
}

/** Asks as a client does; the answer is null when its text is not JSON. */
async function ask(merOrderId: string, changed: Record<string, unknown> = {}, appKey?: string) {
  const response = await send(signed(JSON.stringify({ ...request, merOrderId, ...changed }), appKey));
  const text = await response.text();
  return { status: response.status, type: response.headers.get("content-type"), text, answer: parse(text) };
}

// biome-ignore lint/suspicious/noExplicitAny: the answers are what is under test.
function parse(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
async function control(method: string, path: string, body?: unknown): Promise<{ status: number; answer: any }> {
  const init =
    body === undefined ? { method } : { method, body: typeof body === "string" ? body : JSON.stringify(body) };
  const response = await fetch(`${simulator.url}/_control${path}`, init);
  return { status: response.status, answer: await response.json() };
}

function script(merOrderId: string, ...answers: unknown[]) {
  return control("PUT", `/refunds/${encodeURIComponent(merOrderId)}`, { answers });
}

async function calls(merOrderId?: string) {
  const path = merOrderId === undefined ? "/calls" : `/calls?merOrderId=${encodeURIComponent(merOrderId)}`;
  return (await control("GET", path)).answer.calls;
}

async function waitForCall(merOrderId: string) {
  while ((await calls(merOrderId)).length === 0);
}

describe("the door", () => {
  test("one changed byte of the body is HTTP 412 and 1000, with errInfo", async () => {
    const init = signed(JSON.stringify({ ...request, merOrderId: "SUCCESS-0001" }));
    const response = await send({ ...init, body: String(init.body).replace("0001", "0002") });
    expect(response.status).toBe(412);
    expect(await response.json()).toEqual({ errCode: "1000", errInfo: "认证失败" });
  });

  test("no Authorization and an unknown scheme are 1000 too", async () => {
    for (const headers of [{}, { authorization: 'OPEN-FORM-PARAM AppId="x"' }]) {
      const response = await send({ method: "POST", body: "{}", headers });
      expect([response.status, await response.json()]).toEqual([412, { errCode: "1000", errInfo: "认证失败" }]);
    }
  });

  test("a signed body that is not a JSON object is HTTP 412 and 9001", async () => {
    for (const body of ["", "not JSON", "[]", "null", '"text"']) {
      const response = await send(signed(body));
      expect(response.status).toBe(412);
      expect(await response.json()).toMatchObject({ errCode: "9001", errInfo: expect.any(String) });
    }
  });

  test("missing, long and mistyped fields are BAD_REQUEST with HTTP 200, all named, and consume no step", async () => {
    await script("SUCCESS-0001", { refundStatus: "PROCESSING" }, { refundStatus: "SUCCESS" });
    const wrong = { tid: undefined, mid: 898310148160568, msgId: "m".repeat(65), srcReserve: "长".repeat(256) };
    const { status, answer } = await ask("SUCCESS-0001", wrong);
    expect([status, answer.errCode]).toEqual([200, "BAD_REQUEST"]);
    for (const field of Object.keys(wrong)) expect(answer.errMsg).toContain(field);
    expect((await ask("SUCCESS-0001")).answer.refundStatus).toBe("PROCESSING");
  });

  test("order numbers have 6 to 32 characters", async () => {
    const codes = ["12345", "123456", "1".repeat(32), "1".repeat(33)].map(async (n) => (await ask(n)).answer.errCode);
    expect(await Promise.all(codes)).toEqual(["BAD_REQUEST", "NO_ORDER", "NO_ORDER", "BAD_REQUEST"]);
  });

  test("requestTimestamp is Beijing time, dashed, and at most 5 minutes away", async () => {
    const codes = [
      "2026-03-01 00:25:00",
      "2026-03-01 00:24:59",
      "2026-02-28 16:30:00",
      "20260301003000xxxxx",
      "2026-02-30 00:30:00",
    ];
    const answers = codes.map(
      async (requestTimestamp) => (await ask("SUCCESS-1", { requestTimestamp })).answer.errCode,
    );
    const abnormal = "ABNORMAL_REQUEST_TIME";
    expect(await Promise.all(answers)).toEqual(["SUCCESS", abnormal, abnormal, "BAD_REQUEST", "BAD_REQUEST"]);
  });

  test("an optional field may be missing or null", async () => {
    expect((await ask("SUCCESS-0001", { msgId: undefined, srcReserve: null })).answer.errCode).toBe("SUCCESS");
  });

  test("a systemId may stand in place of the instMid, and one of them must", async () => {
    const codes = [
      { systemId: "XYZ" },
      { systemId: "XYZ", instMid: null },
      { instMid: null },
      { systemId: "x".repeat(33) },
    ];
    const answers = codes.map(async (members) => (await ask("SUCCESS-1", members)).answer.errCode);
    expect(await Promise.all(answers)).toEqual(["SUCCESS", "SUCCESS", "BAD_REQUEST", "BAD_REQUEST"]);
  });

  test("an unknown path and another method are 404 JSON", async () => {
    for (const [method, path] of [
      ["POST", "/v1/netpay/query"],
      ["GET", "/v1/netpay/refund-query"],
    ] as const) {
      const response = await fetch(simulator.url + path, { method });
      expect([response.status, await response.json()]).toEqual([404, { status: 404, error: "Not Found", path }]);
    }
  });

  test("a rotated key is accepted at once, the old one no longer", async () => {
    await control("PUT", "/credentials", { appId: credentials.appId, appKeys: ["newer"] });
    expect((await ask("SUCCESS-0001")).answer.errCode).toBe("1000");
    expect((await ask("SUCCESS-0001", {}, "newer")).answer.errCode).toBe("SUCCESS");
    simulator.setCredentials({ appId: credentials.appId, appKeys: ["newest", "newer"] });
    expect((await ask("SUCCESS-0001", {}, "newest")).answer.errCode).toBe("SUCCESS");
  });
});

describe("the answer", () => {
  test("is the page's, with amounts as numbers, the refund in refundOrderId and the payment in merOrderId", async () => {
    const { status, type, answer } = await ask("SUCCESS-0001");
    expect([status, type]).toEqual([200, "application/json;charset=UTF-8"]);
    const { mid, tid, msgId, srcReserve } = request;
    expect(answer).toMatchObject({ mid, tid, msgId, srcReserve, errCode: "SUCCESS", refundStatus: "SUCCESS" });
    expect(answer).toMatchObject({ refundOrderId: "SUCCESS-0001", status: "TRADE_SUCCESS", totalAmount: 12400 });
    expect(answer).toMatchObject({ responseTimestamp: "2026-03-01 00:30:00", settleDate: "2026-03-01" });
    expect(answer.merOrderId).toMatch(/^124S\d{16}$/);
    expect((await ask("SUCCESS-0001")).answer).toEqual(answer);
  });
});

describe("a script", () => {
  const outcome = async (...steps: unknown[]) => {
    await script("order-1", ...steps);
    return ask("order-1");
  };

  test("gives its steps one by one, and the last one again and again", async () => {
    await script("order-1", { refundStatus: "PROCESSING" }, { errCode: "NO_ORDER" }, { refundStatus: "FAIL" });
    const seen = [];
    for (let call = 0; call < 4; call++) seen.push((await ask("order-1")).answer);
    expect(seen.map(({ refundStatus, errCode }) => refundStatus ?? errCode)).toEqual([
      "PROCESSING",
      "NO_ORDER",
      "FAIL",
      "FAIL",
    ]);
  });

  test("is not consumed by a call that is not verified", async () => {
    await script("order-1", { refundStatus: "PROCESSING" }, { refundStatus: "SUCCESS" });
    await ask("order-1", {}, "wrong key");
    expect((await ask("order-1")).answer.refundStatus).toBe("PROCESSING");
  });

  test("begins anew when it is replaced, and is for its own order only", async () => {
    await script("order-1", { refundStatus: "PROCESSING" }, { refundStatus: "SUCCESS" });
    await ask("order-1");
    expect((await outcome({ refundStatus: "UNKNOWN" }, {})).answer.refundStatus).toBe("UNKNOWN");
    expect((await ask("order-2")).answer.errCode).toBe("NO_ORDER");
  });

  test("may be for an order number of any characters, and overrides a scenario", async () => {
    for (const merOrderId of ["FAIL-/?#%&=+ 退", "SUCCESS-0001"]) {
      await script(merOrderId, { refundStatus: "PROCESSING" });
      expect((await ask(merOrderId)).answer.refundStatus).toBe("PROCESSING");
    }
  });

  test.each([{}, { fields: {} }, { delayMs: 1 }, { errCode: "SUCCESS" }])(
    "step %j is the full answer",
    async (step) => {
      expect((await outcome(step)).answer).toMatchObject({
        errCode: "SUCCESS",
        refundStatus: "SUCCESS",
        totalAmount: 12400,
      });
    },
  );

  test.each(["1000", "1001", "9001", "9200", "9999"])("errCode %s comes from the gateway", async (errCode) => {
    const { status, answer } = await outcome({ errCode });
    expect([status, answer]).toEqual([412, { errCode, errInfo: expect.any(String) }]);
  });

  test.each(["NO_ORDER", "TIMEOUT", "BRAND_NEW", "toString"])("errCode %s comes from the business", async (errCode) => {
    const { status, answer } = await outcome({ errCode });
    const { mid, tid, msgId, srcReserve } = request;
    const responseTimestamp = "2026-03-01 00:30:00";
    expect(status).toBe(200);
    expect(answer).toEqual({ errCode, errMsg: expect.any(String), responseTimestamp, mid, tid, msgId, srcReserve });
  });

  test("texts and status can be chosen", async () => {
    expect((await outcome({ errCode: "9999", errInfo: "坏", httpStatus: 503 })).status).toBe(503);
    expect((await ask("order-1")).answer).toEqual({ errCode: "9999", errInfo: "坏" });
    expect((await outcome({ errCode: "NO_ORDER", errMsg: "没有" })).answer.errMsg).toBe("没有");
    expect((await outcome({ errMsg: "好", httpStatus: 201 })).answer).toMatchObject({
      errMsg: "好",
      refundStatus: "SUCCESS",
    });
  });

  test("an errCode with a refundStatus is the full answer with that code", async () => {
    const { answer } = await outcome({ errCode: "TARGET_FAIL", refundStatus: "SUCCESS" });
    expect(answer).toMatchObject({ errCode: "TARGET_FAIL", refundStatus: "SUCCESS", refundOrderId: "order-1" });
  });

  test("fields are set, and removed by null, in every kind of answer", async () => {
    const { answer } = await outcome({ refundStatus: "FAIL", fields: { tid: null, totalAmount: "1", extra: [1] } });
    expect(answer).toMatchObject({ refundStatus: "FAIL", totalAmount: "1", extra: [1] });
    expect(answer).not.toHaveProperty("tid");
    expect((await outcome({ errCode: "1000", fields: { errInfo: null } })).answer).toEqual({ errCode: "1000" });
    expect((await outcome({ body: { a: 1, b: 2 }, fields: { a: null, c: 3 } })).answer).toEqual({ b: 2, c: 3 });
  });

  test.each([{ errCode: "1000" }, [], null, 1, "text"])("the body %j is sent as it is", async (body) => {
    expect(await outcome({ body })).toMatchObject({ status: 200, text: JSON.stringify(body) });
  });

  test("raw text is sent as it is, with any status and delay", async () => {
    const step = { raw: "<html>坏</html>", httpStatus: 502, delayMs: 5 };
    expect(await outcome(step)).toMatchObject({ status: 502, type: "text/html;charset=UTF-8", text: step.raw });
    expect(await outcome({ raw: '{"errCode":"SUC' })).toMatchObject({
      status: 200,
      type: "application/json;charset=UTF-8",
    });
  });

  test("a reset ends the connection without an answer, also after a delay", async () => {
    await expect(outcome({ reset: true })).rejects.toThrow();
    await expect(outcome({ reset: true, delayMs: 5 })).rejects.toThrow();
    expect(await calls("order-1")).toMatchObject([{ verified: true }, { verified: true }]);
  });

  test("a delayed answer does not hold up another order", async () => {
    await script("order-1", { delayMs: 2_000_000_000 });
    const delayed = ask("order-1").catch(() => "cut off");
    await waitForCall("order-1");
    expect((await ask("SUCCESS-0001")).status).toBe(200);
    await simulator.close();
    expect(await delayed).toBe("cut off");
  });

  test("with mistakes is one 400 that names each wrong field", async () => {
    const { status, answer } = await script("order-1", {}, { delayMs: -1, httpStatus: "412", colour: "red" });
    expect(status).toBe(400);
    const fields = answer.errors.map(({ field }: { field: string }) => field);
    expect(fields.toSorted()).toEqual(["answers[1].colour", "answers[1].delayMs", "answers[1].httpStatus"]);
    expect((await ask("order-1")).answer.errCode).toBe("NO_ORDER");
  });

  test.each(["", "nonsense", [], {}, { answers: [] }, { answers: {} }, { answers: [{}], more: 1 }])(
    "%j as the body is 400",
    async (body) => {
      expect((await control("PUT", "/refunds/order-1", body)).status).toBe(400);
    },
  );
});

describe("the call log", () => {
  test("holds every call in order, verified or why not, as it came", async () => {
    const body = JSON.stringify({ ...request, merOrderId: "SUCCESS-0001" });
    const init = signed(body);
    await send(init);
    await ask("SUCCESS-0002", {}, "wrong key");
    await send(signed("not JSON"));
    await ask("SUCCESS-0003", { tid: "1" });
    await fetch(`${simulator.url}/v2/other?x=1`);
    const all = await calls();
    expect(all[0]).toEqual({
      receivedAt: new Date(nowMs).toISOString(),
      merOrderId: "SUCCESS-0001",
      path: "/v1/netpay/refund-query",
      rawBody: body,
      authorization: new Headers(init.headers).get("authorization"),
      verified: true,
      reason: null,
      contentType: "application/json",
    });
    expect(all.slice(1)).toMatchObject([
      { merOrderId: "SUCCESS-0002", verified: false, reason: "the Signature is wrong for this body" },
      { merOrderId: null, verified: true, reason: "the body is not a JSON object", rawBody: "not JSON" },
      { merOrderId: "SUCCESS-0003", verified: true, reason: "BAD_REQUEST: tid长度必须为8" },
      { merOrderId: null, verified: false, path: "/v2/other", authorization: null, contentType: null },
    ]);
    expect(await calls("SUCCESS-0002")).toEqual([all[1]]);
  });

  test("forgets with the scripts", async () => {
    await script("order-1", { refundStatus: "SUCCESS" });
    await ask("order-1");
    await ask("SETTLES-0001");
    await ask("SETTLES-0001");
    await control("DELETE", "");
    expect(await calls()).toEqual([]);
    expect((await ask("order-1")).answer.errCode).toBe("NO_ORDER");
    expect((await ask("SETTLES-0001")).answer.refundStatus).toBe("PROCESSING");
  });

  test("keeps the last 20,000", () => {
    const log = new ReceivedCalls();
    const received = { method: "POST", search: "", authorization: null, contentType: null, body: Buffer.of() };
    for (let call = 1; call <= 50_003; call++) {
      log.record({ ...received, path: `/${call}` }, nowMs, { merOrderId: null, verified: false, reason: null });
    }
    const paths = log.list(null).map(({ path }) => path);
    expect([paths.length, paths[0], paths.at(-1)]).toEqual([20_000, "/30004", "/50003"]);
  });
});

describe("the control interface", () => {
  test("has an index, and 404 for what it has not", async () => {
    expect((await control("GET", "")).answer).toHaveProperty(["PUT /_control/refunds/{merOrderId}"]);
    expect((await control("GET", "/nothing")).status).toBe(404);
    expect((await control("PUT", "/refunds/", { answers: [{}] })).status).toBe(404);
    expect((await control("PUT", "/refunds/%zz", { answers: [{}] })).status).toBe(400);
  });

  test("refuses credentials without a key", async () => {
    expect((await control("PUT", "/credentials", { appId: "a", appKeys: [] })).status).toBe(400);
    expect((await ask("SUCCESS-0001")).answer.errCode).toBe("SUCCESS");
  });
});

describe("the built-in scenarios", () => {
  const words = async (merOrderId: string, calls: number) => {
    const seen = [];
    for (let call = 0; call < calls; call++) {
      const { status, answer } = await ask(merOrderId);
      seen.push(`${status} ${answer.errCode} ${answer.refundStatus ?? ""}`.trim());
    }
    return seen;
  };

  test("have distinct prefixes, examples of a valid length, and steps that a script could have", () => {
    expect(new Set(scenarios.map(({ prefix }) => prefix)).size).toBe(scenarios.length);
    for (const { prefix, example, outcome, steps } of scenarios) {
      expect(example).toMatch(new RegExp(`^${prefix}[\\x21-\\x7e]+$`));
      expect(example.length).toBeGreaterThanOrEqual(6);
      expect(example.length).toBeLessThanOrEqual(32);
      expect(outcome).toMatch(/^[A-Z].*\.$/);
      expect(answerScriptSchema.parse({ answers: steps })).toEqual({ answers: steps });
    }
  });

  test.each([
    ["SUCCESS-0001", "200 SUCCESS SUCCESS"],
    ["FAIL-1", "200 SUCCESS FAIL"],
    ["PROCESSING-0001", "200 SUCCESS PROCESSING"],
    ["UNKNOWN-0001", "200 SUCCESS UNKNOWN"],
    ["NEWWORD-0001", "200 SUCCESS REFUND_ACCEPTED"],
    ["NOSTATUS-0001", "200 SUCCESS"],
    ["NOORDER-0001", "200 NO_ORDER"],
    ["LOCKED-0001", "200 ORDER_PROCESSING"],
    ["TARGETFAIL-0001", "200 TARGET_FAIL"],
    ["BUSY-0001", "200 SYSTEM_BUSY"],
    ["DENIEDIP-0001", "200 DENIED_IP"],
    ["BADSIGN-0001", "412 1000"],
    ["HTTP500-0001", "500 9999"],
    ["unscripted", "200 NO_ORDER"],
    ["SUCCESS", "200 NO_ORDER"],
  ])("%s is %s, twice", async (merOrderId, word) => {
    expect(await words(merOrderId, 2)).toEqual([word, word]);
  });

  test("SETTLES- and FLAKY- change with the calls, each order for itself", async () => {
    const [processing, success] = ["200 SUCCESS PROCESSING", "200 SUCCESS SUCCESS"];
    for (const order of ["SETTLES-0001", "SETTLES-0002"]) {
      expect(await words(order, 4)).toEqual([processing, processing, success, success]);
    }
    expect(await words("FLAKY-0001", 3)).toEqual(["412 9200", success, success]);
  });

  test("STRINGS- is written as the page prints its sample", async () => {
    const { answer } = await ask("STRINGS-0001");
    expect(answer).toMatchObject({ merOrderId: "STRINGS-0001", totalAmount: "12400", refundStatus: "SUCCESS" });
    expect(answer).toMatchObject({ refundMerchantContribute: "500", responseTimeStamp: "2026-03-01 00:30:00" });
    expect(answer.refundOrderId).toMatch(/^124S\d{16}$/);
    expect(answer).not.toHaveProperty("responseTimestamp");
  });

  test("OTHER- is about another refund", async () => {
    const { answer } = await ask("OTHER-0001");
    expect(answer.refundStatus).toBe("SUCCESS");
    expect([answer.refundOrderId, answer.merOrderId]).not.toContain("OTHER-0001");
  });

  test("HTML- and EMPTY- are no JSON", async () => {
    expect(await ask("HTML-0001")).toMatchObject({ status: 502, type: "text/html;charset=UTF-8", answer: null });
    expect(await ask("EMPTY-0001")).toMatchObject({ status: 200, text: "" });
  });

  test("RESET- cuts the connection", async () => {
    await expect(ask("RESET-0001")).rejects.toThrow();
  });

  test("HANG- never answers, and close() ends such calls and later ones", async () => {
    const hanging = ["HANG-0001", "HANG-0002"].map((order) => ask(order).catch(() => "cut off"));
    await Promise.all([waitForCall("HANG-0001"), waitForCall("HANG-0002")]);
    await simulator.close();
    expect(await Promise.all(hanging)).toEqual(["cut off", "cut off"]);
    await expect(ask("SUCCESS-0001")).rejects.toThrow();
  });
});
