import { describe, expect, test } from "vitest";
import { statusAnswer } from "../../functions/refund-query/contract/response.ts";
import { readMembers } from "../../shared/chinaums/refund-query/answer-fields.ts";
import { matchNumbers } from "../../shared/refund/check.ts";
import { allowedPredecessors, isFinal, type RefundState } from "../../shared/refund/refund.ts";
import { isToldState } from "../../shared/refund/untold.ts";
import { eventOf } from "../../shared/telling/refund-event.ts";
import { sampleAnswerText } from "../support/answers.ts";
import { breachesOfContract, breachesOfDelivery, exchangeOf } from "../support/contract.ts";
import { checkOf, claimedRefund, keptAnswer, start, succeeded } from "../support/refunds.ts";

const expectedWaits = { APPDEFAULT: 3 * 3_600_000 };
const states = Object.keys(allowedPredecessors) as RefundState[];
const fields = readMembers(JSON.parse(sampleAnswerText));
const ways = states.flatMap((state) => matchNumbers.map((matchedBy) => ({ state, matchedBy })));

/** A refund in that state, with ChinaUMS's whole sample as its answer. */
function refundIn(state: RefundState, matchedBy: (typeof matchNumbers)[number], instMid: string) {
  const answer = keptAnswer({ ...checkOf(succeeded), answer: fields, matchedBy });
  const dueAt = isFinal(state) ? undefined : start;
  const untold = { sequence: 3, since: start, overtaken: [] };
  return claimedRefund({ state, instMid, answer, dueAt, untold, isAnswered: true, checkedAt: start, attempts: 1 });
}

describe.each(["APPDEFAULT", "systemId=APPDEFAULT"])("of a refund of %s", (instMid) => {
  test.each(ways)(
    "the answer while it is $state is one of the contract, matched by $matchedBy",
    ({ state, matchedBy }) => {
      const { mid, tid, merOrderId, ...refund } = refundIn(state, matchedBy, instMid);
      const question = { requestTimestamp: "2026-01-05 09:00:00", mid, tid, merOrderId, instMid: "APPDEFAULT" };
      const event = {
        rawPath: "/v1/netpay/refund-query",
        headers: {},
        body: JSON.stringify(question),
        isBase64Encoded: false,
        requestContext: { http: { method: "POST" } },
      };
      const result = {
        kind: "answered",
        refund: { mid, tid, merOrderId, ...refund },
        check: undefined,
        answer: fields,
        source: "record",
        replayed: isFinal(state),
        keyExpiresAt: start,
      } as const;
      for (const inData of [false, true]) {
        const answer = statusAnswer(result, { echo: { msgId: "m", srcReserve: "s" }, inData, expectedWaits });
        expect(breachesOfContract(exchangeOf(event, answer))).toEqual([]);
      }
    },
  );

  test.each(states.filter(isToldState))("the event that it is %s is one of the contract", (state) => {
    const event = eventOf(refundIn(state, "refundOrderId", instMid));
    const headers = { "webhook-id": `evt_${"x".repeat(22)}`, "webhook-timestamp": "1772325000" };
    const signed = { ...headers, "webhook-signature": "v1,AAAA v1a,AAAA==" };
    expect(breachesOfDelivery(signed, event?.body ?? "{}")).toEqual([]);
    expect(breachesOfDelivery(headers, event?.body ?? "{}")).toEqual(["the header webhook-signature is missing"]);
  });
});
