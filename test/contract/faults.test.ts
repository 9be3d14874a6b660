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

const path = "/v1/netpay/refund-query";
const event = (body: string) => ({
  rawPath: path,
  headers: {},
  body,
  isBase64Encoded: false,
  requestContext: { http: { method: "POST" } },
});

describe("every fault", () => {
  test.each(codes)("%s has an example that is what the service says", (code) => {
    const { body, headers } = answerTo(code, code === "no_service" ? "chinaums" : "http");
    const said = JSON.parse(body) as Record<string, unknown>;
    const examples = examplesNamed(code);
    expect(examples.length).toBeGreaterThan(0);
    for (const { status, mediaType, value } of examples) {
      const { errors: _, recheck: __, ...shown } = value as Record<string, unknown>;
      expect({ recheck, errors: details[code]?.errors, ...shown }).toEqual({ recheck, ...said });
      expect([status, `${mediaType}; charset=utf-8`]).toEqual([
        code === "no_service" ? 404 : faultRows[code].status,
        headers["Content-Type"],
      ]);
    }
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
