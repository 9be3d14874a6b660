import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerMembers } from "../../../shared/chinaums/refund-query/answer-fields.ts";
import { buildRefundQuery } from "../../../shared/chinaums/refund-query/build-refund-query.ts";
import { readRefundAnswer } from "../../../shared/chinaums/refund-query/read-refund-answer.ts";
import { answerWith, sampleAnswerText, sampleQuestion } from "../../support/answers.ts";

const msgId = "0123456789abcdef0123456789abcdef";
const asked = sampleQuestion.merOrderId;
const read = (body: string, status = 200) => readRefundAnswer({ status, body }, sampleQuestion, msgId);

test("a question has the members of the page, Beijing time, and our own message number", () => {
  const body = buildRefundQuery({ ...sampleQuestion, srcReserve: "退款查询" }, Date.UTC(2022, 3, 15, 2, 47, 59), msgId);
  expect(body).toEqual({
    requestTimestamp: "2022-04-15 10:47:59",
    merOrderId: asked,
    instMid: "APPDEFAULT",
    mid: "898310148160568",
    tid: "88880001",
    msgId,
    srcReserve: "退款查询",
  });
});

describe("the page's own sample", () => {
  test("settles the refund, with its amounts as integers of fen", () => {
    const { reading, answer } = read(sampleAnswerText);
    expect(reading).toEqual({ kind: "settled", outcome: "succeeded" });
    expect(answer).toMatchObject({
      totalAmount: 12400,
      sendBackAmount: 600,
      refundStatus: "SUCCESS",
      merName: "测试商户",
    });
  });

  test.each([
    ["the number asked stands under refundOrderId", { refundOrderId: asked, merOrderId: "PAYMENT-1" }],
    ["only refundOrderId is there", { merOrderId: undefined, refundOrderId: asked }],
    ["no number is there, but our message number came back", { merOrderId: undefined, refundOrderId: "", msgId }],
    ["the terminal is missing", { tid: undefined }],
    ["amounts are JSON numbers", { totalAmount: 12400 }],
    ["undocumented members appear", { connectSys: "UNIONPAY", chnlCost: 12 }],
  ])("settles as well when %s", (_, members) => {
    expect(read(answerWith(members)).reading).toEqual({ kind: "settled", outcome: "succeeded" });
  });

  test("FAIL settles the refund as failed", () => {
    expect(read(answerWith({ refundStatus: "FAIL" })).reading).toEqual({ kind: "settled", outcome: "failed" });
  });
});

describe("what is not proven is not final", () => {
  const unreadable = { kind: "unclear", cause: "unreadable" };
  test.each([
    ["another merchant's", { mid: "898310148160569" }, { kind: "mismatch" }],
    ["another terminal's", { tid: "88880002" }, { kind: "mismatch" }],
    ["another order's", { merOrderId: "PAYMENT-1", refundOrderId: "REFUND-2" }, { kind: "mismatch" }],
    [
      "another order's, the payment's number missing",
      { merOrderId: undefined, refundOrderId: "REFUND-2" },
      { kind: "mismatch" },
    ],
    ["nobody's: no merchant", { mid: undefined }, unreadable],
    [
      "nobody's: no number, and not our message number",
      { merOrderId: "", refundOrderId: null, msgId: "other" },
      unreadable,
    ],
    ["nobody's: the number is not text", { merOrderId: { a: 1 }, refundOrderId: undefined, msgId }, unreadable],
    ["without an errCode", { errCode: undefined }, unreadable],
    ["with an errCode that is no text", { errCode: { SUCCESS: true } }, unreadable],
    ["processing", { refundStatus: "PROCESSING" }, { kind: "processing" }],
    ["of unknown outcome", { refundStatus: "UNKNOWN" }, { kind: "unclear", cause: "unknown" }],
    ["without a refundStatus", { refundStatus: undefined }, { kind: "unclear", cause: "unknown" }],
    ["with an empty refundStatus", { refundStatus: "" }, { kind: "unclear", cause: "unknown" }],
    ["with an unfamiliar word", { refundStatus: "REFUNDED" }, { kind: "unclear", cause: "unfamiliar" }],
    ["in lower case", { refundStatus: "success" }, { kind: "unclear", cause: "unfamiliar" }],
    ["with white space", { refundStatus: "SUCCESS " }, { kind: "unclear", cause: "unfamiliar" }],
    ["with a list of words", { refundStatus: ["SUCCESS"] }, { kind: "unclear", cause: "unknown" }],
  ])("an answer %s", (_, members, reading) => {
    expect(read(answerWith(members)).reading).toEqual(reading);
  });

  test.each(["", "null", "[]", "42", '"SUCCESS"', "<html>502</html>", "{", `[${sampleAnswerText}]`, "\u0000"])(
    "a body that is %j",
    (body) => {
      expect(read(body)).toEqual({
        reading: unreadable,
        code: undefined,
        errCode: undefined,
        answer: undefined,
        cameBack: expect.objectContaining({ status: 200, bytes: Buffer.byteLength(body) }),
        isSameAnswerAs: expect.any(Function),
      });
    },
  );

  test.each([100, 199, 300, 302, 400, 404, 412, 500, 503, 0])(
    "the sample at HTTP %i, and nothing of it is shown",
    (status) => {
      expect(read(sampleAnswerText, status)).toMatchObject({ reading: unreadable, answer: undefined });
    },
  );
});

describe("error codes", () => {
  const credentials = { kind: "blocked", by: "credentials" };
  const configuration = { kind: "blocked", by: "configuration" };
  const request = { kind: "blocked", by: "request" };
  const transient = { kind: "unclear", cause: "transient" };
  const gateway = { kind: "unclear", cause: "gateway" };
  test.each([
    ["1000", credentials],
    ["1001", credentials],
    ["BAD_SIGN", credentials],
    ["DENIED_IP", credentials],
    ["INVALID_MSGSRC", credentials],
    ["NO_SERVICE", credentials],
    ["ABNORMAL_REQUEST_TIME", credentials],
    ["9001", configuration],
    ["NO_MERCHANT", configuration],
    ["INACTIVE_MERCHANT", configuration],
    ["INVLID_MERCHANT_CONFIG", configuration],
    ["INVALID_MERCHANT_CONFIG", configuration],
    ["BAD_REQUEST", request],
    ["INVALID_ORDER", request],
    ["OPERATION_NOT_ALLOWED", request],
    ["NO_CROSS_DAY_TRADING", request],
    ["DUP_ORDER", request],
    ["9999", gateway],
    ["9200", gateway],
    ["0000", gateway],
    ["INTERNAL_ERROR", transient],
    ["TIMEOUT", transient],
    ["NET_ERROR", transient],
    ["TXN_DISCARDED", transient],
    ["INVALID_RESPONSE", transient],
    ["SYSTEM_BUSY", transient],
    ["TARGET_FAIL", transient],
    ["ORDER_PROCESSING", { kind: "unclear", cause: "locked" }],
    ["NO_ORDER", { kind: "not_found" }],
    ["NO_BILL", { kind: "not_found" }],
    ["SOMETHING_NEW", { kind: "unclear", cause: "unfamiliar" }],
    ["success", { kind: "unclear", cause: "unfamiliar" }],
    ["toString", { kind: "unclear", cause: "unfamiliar" }],
  ])("%s is read as %j at any HTTP status, whatever refundStatus stands beside it", (errCode, reading) => {
    for (const status of [200, 412, 500]) {
      expect(read(JSON.stringify({ errCode, errMsg: "…" }), status).reading).toEqual(reading);
      expect(read(answerWith({ errCode }), status).reading).toEqual(reading);
    }
  });

  test("an answer that names another refund is a mismatch, whatever its code", () => {
    expect(read(JSON.stringify({ errCode: "NO_ORDER", mid: "898310148160569" })).reading).toEqual({ kind: "mismatch" });
  });

  test("no word of another refund is told, not even for the log", () => {
    expect(read(answerWith({ mid: "898310148160569" })).code).toBeUndefined();
    expect(read(JSON.stringify({ errCode: "NO_ORDER", mid: "898310148160569" })).code).toBeUndefined();
  });

  test("a status that would end the refund is not shown where it does not", () => {
    expect(read(answerWith({ errCode: "TARGET_FAIL" })).answer?.refundStatus).toBeUndefined();
    expect(read(answerWith({ refundStatus: "PROCESSING" })).answer).toHaveProperty("refundStatus", "PROCESSING");
  });

  test("what the platform has against us is not shown to the partner", () => {
    for (const errCode of ["1000", "1001", "DENIED_IP", "NO_MERCHANT", "9999"]) {
      expect(read(JSON.stringify({ errCode, errInfo: "…" })).answer).toBeUndefined();
    }
  });
});

describe("an answer is shown to the partner", () => {
  const shown = (errCode: string, status: number) => read(JSON.stringify({ errCode, errMsg: "…" }), status).answer;

  test.each(["NO_ORDER", "BAD_REQUEST"])("at any HTTP status where it is about its question: %s", (errCode) => {
    for (const status of [200, 412, 500]) expect(shown(errCode, status)).toMatchObject({ errCode });
  });

  test.each(["TARGET_FAIL", "ORDER_PROCESSING", "SOMETHING_NEW"])(
    "at HTTP 2xx alone where it is unclear: %s",
    (errCode) => {
      expect(shown(errCode, 200)).toMatchObject({ errCode });
      expect([412, 500].map((status) => shown(errCode, status))).toEqual([undefined, undefined]);
    },
  );

  test("never where it may be about another refund", () => {
    expect(read(answerWith({ mid: undefined })).answer).toBeUndefined();
  });
});

describe("what is kept of an answer", () => {
  test("documented members alone, without the echoes of whoever asked", () => {
    const { answer } = read(answerWith({ connectSys: "X", __proto__: { polluted: 1 }, srcReserve: "mine", msgId }));
    const kept = Object.keys(JSON.parse(JSON.stringify(answer)));
    expect(answerMembers).toEqual(expect.arrayContaining(kept));
    expect(kept).toContain("refundStatus");
    expect(kept).not.toContain("msgId");
    expect(kept).not.toContain("srcReserve");
  });

  const card = "6228 4804 0256 4890";
  const identifiers = [
    ...["mid", "tid", "targetMid", "merOrderId", "refundOrderId", "refundTargetOrderId", "targetOrderId"],
    ...["seqId", "settleRefId"],
  ];
  const amounts = answerMembers.filter((name) => /Amount$|Contribute$/.test(name));
  const texts = answerMembers.filter((name) => ![...identifiers, ...amounts].includes(name));

  test.each(texts.filter((name) => !["errCode", "refundStatus"].includes(name)))(
    "a card number in %s only masked, in a text and alone",
    (name) => {
      const shown = (value: unknown) => read(answerWith({ [name]: value })).answer?.[name];
      expect(shown(`招商银行 ${card}`)).toBe("招商银行 622848******4890");
      expect(shown("6228480402564890018")).toBe("622848*********0018");
      expect(shown("２０２２０４１５１０４７５９０")).toBe("202204*****7590");
      expect(shown("")).toBe("");
    },
  );

  test("a card number in the words that are read is masked too, and reads as an unfamiliar word", () => {
    const unfamiliar = { kind: "unclear", cause: "unfamiliar" };
    const shown = read(answerWith({ refundStatus: card, errMsg: "x" }));
    expect(shown).toMatchObject({ reading: unfamiliar, answer: { refundStatus: "622848******4890" }, code: undefined });
    expect(read(answerWith({ errCode: card }))).toMatchObject({
      reading: unfamiliar,
      answer: { errCode: "622848******4890" },
      code: undefined,
    });
  });

  test.each(["refundTargetOrderId", "targetOrderId", "targetMid", "seqId", "settleRefId", "refundOrderId"])(
    "the identifier %s as it came",
    (name) => {
      expect(read(answerWith({ [name]: "50101606602023071990193380315" })).answer).toHaveProperty(
        name,
        "50101606602023071990193380315",
      );
    },
  );

  test("times as they came, compact ones too, but a time that does not exist is masked", () => {
    const times = { payTime: "20220415104759", responseTimestamp: "2022-04-15 10:47:59", settleDate: "2022-04-15" };
    expect(read(answerWith(times)).answer).toMatchObject(times);
    expect(read(answerWith({ payTime: "20221315104759" })).answer).toMatchObject({ payTime: "202213****4759" });
    expect(read(answerWith({ errMsg: "20220415104759" })).answer).toMatchObject({ errMsg: "202204****4759" });
    expect(read(answerWith({ errMsg: "于2022-04-15 10:47:59退款" })).answer).toMatchObject({
      errMsg: "于2022-04-15 10:47:59退款",
    });
  });

  test.each(answerMembers.filter((name) => ![...amounts, "mid", "tid", "errCode"].includes(name)))(
    "a lone surrogate in %s replaced, so that it costs neither the check nor the rest of the text",
    (name) => {
      const { answer } = read(answerWith({ refundOrderId: asked, [name]: "退\ud83d款\udc00" }));
      expect(answer?.[name]).toBe("退\ufffd款\ufffd");
    },
  );

  test("the number asked, with a lone surrogate in it, is another number", () => {
    expect(read(answerWith({ merOrderId: `${asked}\ud83d` })).reading).toEqual({ kind: "mismatch" });
  });

  test("the card number is masked when it comes as a number", () => {
    expect(read(answerWith({ bankCardNo: 6228480402564890 })).answer).toMatchObject({ bankCardNo: "622848******4890" });
  });

  test.each(["12.5", "1e3", "abc", "", -0.5, 1e21, true, null, [1], "99999999999999999999"])(
    "an amount that is no exact integer is left out: %j",
    (totalAmount) => {
      const { answer, reading } = read(answerWith({ totalAmount }));
      expect(answer?.totalAmount).toBeUndefined();
      expect(reading.kind).toBe("settled");
    },
  );

  test("two answers that say the same at different times repeat each other, and another answer does not", () => {
    const at = (time: string) => ({ responseTimeStamp: time, responseTimestamp: time });
    const { answer = {} } = read(answerWith({ ...at("2022-04-15 10:47:59"), msgId: "a" }));
    const asKept = JSON.parse(JSON.stringify(answer));
    const later = read(answerWith({ ...at("2022-04-15 10:48:59"), msgId: "b" }));
    expect(later.isSameAnswerAs(asKept)).toBe(true);
    expect(read(answerWith({ refundStatus: "PROCESSING" })).isSameAnswerAs(asKept)).toBe(false);
    expect(read(answerWith({ bankInfo: undefined })).isSameAnswerAs(asKept)).toBe(false);
    expect(read(answerWith({})).isSameAnswerAs({})).toBe(false);
    expect(read("").isSameAnswerAs({})).toBe(false);
  });

  test("a code is kept for the log only in the form of one", () => {
    expect(read(JSON.stringify({ errCode: "6228480402564890018" })).code).toBeUndefined();
    expect(read(JSON.stringify({ errCode: "卡号 6228480402564890018" })).code).toBeUndefined();
    expect(read(JSON.stringify({ errCode: "SYSTEM_BUSY" })).code).toBe("SYSTEM_BUSY");
    expect(read(JSON.stringify({ errCode: 1000 })).code).toBe("1000");
    const codeOf = (errCode: string) => read(JSON.stringify({ errCode })).code;
    const forms = ["AB", "A_", `A${"B".repeat(39)}`, "0001"];
    expect(forms.map(codeOf)).toEqual(forms);
    for (const other of ["A", `A${"B".repeat(40)}`, "_A", "Ab", "A1", "123", "12345", "AB ", " AB"]) {
      expect(codeOf(other)).toBeUndefined();
    }
  });
});

describe("for any answer at all", () => {
  const word = fc.constantFrom("SUCCESS", "FAIL", "PROCESSING", "UNKNOWN", "REFUNDED", "", "success");
  const number = fc.constantFrom(asked, "ANOTHER-REFUND", "", undefined, null, 7);
  const anyAnswer = fc.record({
    errCode: fc.oneof(
      { weight: 5, arbitrary: fc.constant("SUCCESS") },
      fc.constantFrom("NO_ORDER", "TARGET_FAIL", "1000", undefined, null, 0),
    ),
    refundStatus: fc.oneof({ weight: 5, arbitrary: word }, fc.jsonValue()),
    mid: fc.constantFrom(sampleQuestion.mid, sampleQuestion.mid, "898310148160569", undefined, ""),
    tid: fc.constantFrom(sampleQuestion.tid, undefined, "", "88880002"),
    merOrderId: number,
    refundOrderId: number,
    msgId: fc.constantFrom(msgId, "theirs", undefined),
    status: fc.constantFrom("TRADE_SUCCESS", undefined),
    targetStatus: fc.constantFrom("SUCCESS|SUCCESS", "10000"),
  });
  const anyStatus = fc.oneof(
    { weight: 3, arbitrary: fc.constant(200) },
    fc.constantFrom(201, 299, 199, 301, 404, 412, 500),
  );

  test("it is final exactly when the four parts hold, each checked here on its own", () => {
    let finals = 0;
    fc.assert(
      fc.property(anyAnswer, anyStatus, (answer, status) => {
        const { reading } = read(JSON.stringify(answer), status);
        const said = [answer.refundOrderId, answer.merOrderId].filter((n) => n !== undefined && n !== null && n !== "");
        const ours =
          answer.mid === sampleQuestion.mid &&
          (answer.tid === sampleQuestion.tid || !answer.tid) &&
          (said.length > 0 ? said.includes(asked) : answer.msgId === msgId);
        const final =
          status >= 200 &&
          status < 300 &&
          answer.errCode === "SUCCESS" &&
          ours &&
          ["SUCCESS", "FAIL"].includes(answer.refundStatus as string);
        if (final) finals++;
        expect(reading.kind === "settled").toBe(final);
        if (reading.kind === "settled") {
          expect(reading.outcome).toBe(answer.refundStatus === "SUCCESS" ? "succeeded" : "failed");
        }
      }),
      { numRuns: 5_000 },
    );
    expect(finals).toBeGreaterThan(20);
  });

  test("reading it never throws, and nothing of another refund is shown", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          anyAnswer.map((a) => JSON.stringify(a)),
        ),
        anyStatus,
        (body, status) => {
          const { reading, answer } = read(body, status);
          if (reading.kind === "mismatch") expect(answer).toBeUndefined();
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
