import { describe, expect, test } from "vitest";
import { gatewayAnswer } from "../../sandbox/api-gateway.ts";
import { type Dialect, Fault, type FaultDetails } from "../../shared/http/fault.ts";
import { faultAnswer } from "../../shared/http/fault-answer.ts";
import { type FaultCode, faultRows } from "../../shared/http/fault-rows.ts";
import type { Answer } from "../../tools/contract/contract.ts";
import { breachesOfContract, contract, exchangeOf } from "../support/contract.ts";

const now = Date.UTC(2026, 0, 5);
const codes = Object.keys(faultRows) as FaultCode[];
const requestId = "GqN8rhxbTkcEMJQ=";
const recheck = {
  state: "pending",
  final: false,
  checkedAt: null,
  nextCheckAt: null,
  attempts: 0,
  source: "record",
} as const;

/** What a fault says beside its row in a live answer. */
const details: Partial<Record<FaultCode, FaultDetails>> = {
  bad_request: { errors: [{ field: "tid", message: "is required" }] },
  body_too_large: { detail: "The body may have at most 16 KiB." },
  in_flight: { retryAfterMs: 2_000, recheck },
  upstream_timeout: { recheck, headers: { "Idempotency-Key-Expires": new Date(now).toISOString() } },
};

function answerTo(code: FaultCode, dialect: Dialect, inData = false) {
  return faultAnswer(new Fault(code, details[code]).as({ dialect, inData }), requestId, now);
}

/** The answers of every operation by status. */
const answers = Object.values(contract.paths).flatMap(({ post }) => Object.entries(post.responses));

/** All examples of answers with one name. */
function examplesNamed(name: string) {
  return answers.flatMap(([status, { content = {} }]: [string, Answer]) =>
    Object.entries(content).flatMap(([mediaType, { examples }]) =>
      examples[name] === undefined ? [] : [{ status: Number(status), mediaType, value: examples[name].value }],
    ),
  );
}

/** Expects that a fault is told as the example says, whatever is told beside it of the request and its refund. */
function expectSaid({ status, mediaType, value }: ReturnType<typeof examplesNamed>[number], fault: Fault): void {
  const { statusCode, headers, body } = faultAnswer(fault, requestId, now);
  const ofTheRequest = { errors: undefined, recheck: undefined };
  expect({ ...(value as object), ...ofTheRequest }).toEqual({ ...(JSON.parse(body) as object), ...ofTheRequest });
  expect([status, `${mediaType}; charset=utf-8`]).toEqual([statusCode, headers["Content-Type"]]);
}

const path = "/v1/netpay/refund-query";
const event = (body: string) => ({
  rawPath: path,
  headers: {},
  body,
  isBase64Encoded: false,
  requestContext: { http: { method: "POST" } },
});

describe("every fault", () => {
  test.each(codes)("%s has an example, and each of its examples is what the service says", (code) => {
    const inChinaumsForm = code === "no_service" ? examplesNamed(code) : examplesNamed(`${code}_in_chinaums_form`);
    const asProblem = code === "no_service" ? [] : examplesNamed(code);
    expect([...asProblem, ...inChinaumsForm]).not.toEqual([]);
    for (const example of asProblem) expectSaid(example, new Fault(code, details[code]));
    for (const example of inChinaumsForm)
      expectSaid(example, new Fault(code, details[code]).as({ dialect: "chinaums" }));
  });

  test.each(codes.flatMap((code) => (["http", "chinaums"] as const).map((dialect) => [code, dialect] as const)))(
    "%s, told as %s does, is an answer of the contract, also to a question in data",
    (code, dialect) => {
      if (code === "no_service" && dialect === "http") return;
      for (const inData of [false, true]) {
        const answer = answerTo(code, dialect, inData);
        expect(breachesOfContract(exchangeOf(event("not json"), answer))).toEqual([]);
      }
    },
  );
});

test.each([413, 429, 500, 503])(
  "what API Gateway says by itself with status %i is an answer of the contract",
  (status) => {
    const answer = gatewayAnswer(status, "Something");
    expect(breachesOfContract(exchangeOf(event("{}"), answer))).toEqual([]);
  },
);
