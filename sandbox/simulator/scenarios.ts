import type { AnswerStep } from "./answer-step.ts";

/**
 * An outcome that needs no script: every order number that begins with the prefix, up to and with its dash, gets it. The
 * example has the 6 to 32 characters of an order number. One call consumes one step, and the last one repeats.
 */
export type Scenario = {
  prefix: string;
  example: string;
  outcome: string;
  steps: readonly [AnswerStep, ...AnswerStep[]];
};

function scenario(prefix: string, outcome: string, ...steps: Scenario["steps"]): Scenario {
  return { prefix, example: `${prefix}0001`, outcome, steps };
}

/** All the built-in outcomes. Any other order number that has no script is `NO_ORDER`. */
export const scenarios: readonly Scenario[] = [
  scenario("SUCCESS-", "The refund has succeeded.", { refundStatus: "SUCCESS" }),
  scenario("FAIL-", "The refund has failed.", { refundStatus: "FAIL" }),
  scenario("PROCESSING-", "The refund is being processed, for ever.", { refundStatus: "PROCESSING" }),
  scenario("UNKNOWN-", "The platform does not know what became of the refund.", { refundStatus: "UNKNOWN" }),
  scenario(
    "SETTLES-",
    "The refund is being processed for the first two calls, then has succeeded.",
    { refundStatus: "PROCESSING" },
    { refundStatus: "PROCESSING" },
    { refundStatus: "SUCCESS" },
  ),
  scenario("NOORDER-", "The platform knows no such order (NO_ORDER).", { errCode: "NO_ORDER" }),
  scenario("LOCKED-", "The order is locked for a minute (ORDER_PROCESSING).", { errCode: "ORDER_PROCESSING" }),
  scenario("TARGETFAIL-", "The payment channel failed this query (TARGET_FAIL), which says nothing of the refund.", {
    errCode: "TARGET_FAIL",
  }),
  scenario("BUSY-", "The platform is busy (SYSTEM_BUSY).", { errCode: "SYSTEM_BUSY" }),
  scenario("NEWWORD-", "The refundStatus is a word that no manual has (REFUND_ACCEPTED).", {
    refundStatus: "REFUND_ACCEPTED",
  }),
  scenario("NOSTATUS-", "The answer has no refundStatus.", { fields: { refundStatus: null } }),
  scenario("STRINGS-", "The refund has succeeded, and the answer is written as the official page's sample is.", {
    dialect: "page",
  }),
  scenario("OTHER-", "The answer is about another refund, which has succeeded.", {
    fields: { refundOrderId: "124S2023071980959975", merOrderId: "124S2023071980881897" },
  }),
  scenario("HTML-", "A load balancer answers 502 with an HTML page.", {
    httpStatus: 502,
    raw: "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
  }),
  scenario("EMPTY-", "HTTP 200 with an empty body.", { raw: "" }),
  scenario("HANG-", "No answer ever comes.", { delayMs: 2_147_483_647 }),
  scenario("RESET-", "The connection is reset.", { reset: true }),
  scenario("BADSIGN-", "The gateway refuses the signature (1000), although it is right.", { errCode: "1000" }),
  scenario("DENIEDIP-", "The caller's address is not on the platform's list (DENIED_IP).", { errCode: "DENIED_IP" }),
  scenario("HTTP500-", "HTTP 500 with a gateway error (9999).", { httpStatus: 500, errCode: "9999" }),
  scenario(
    "FLAKY-",
    "The gateway fails the first call (9200), then the refund has succeeded.",
    { errCode: "9200" },
    {},
  ),
];
