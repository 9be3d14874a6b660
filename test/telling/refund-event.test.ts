import { expect, test } from "vitest";
import { eventId, eventOf } from "../../shared/telling/refund-event.ts";
import { checkOf, keptAnswer, start, succeeded } from "../support/refunds.ts";
import { untoldRefund } from "../support/told-refunds.ts";

const answer = keptAnswer(checkOf(succeeded, { totalAmount: 12400, refundStatus: "SUCCESS" }));

test("an id follows from partner, refund and sequence, and from nothing else", () => {
  const refund = { mid: "898310148160568", instMid: "APPDEFAULT", merOrderId: "ORDER-1" };
  const key = { refund, partnerId: "north-shop", sequence: 2 };
  expect(eventId(key)).toMatch(/^evt_[\w-]{22}$/);
  expect(eventId({ ...untoldRefund(), ...key })).toBe(eventId(key));
  const others = [
    { ...key, partnerId: "south-shop" },
    { ...key, sequence: 3 },
    { ...key, refund: { ...refund, mid: "898310148160569" } },
    { ...key, refund: { ...refund, instMid: "H5DEFAULT" } },
    { ...key, refund: { ...refund, merOrderId: "ORDER-2" } },
  ];
  expect(new Set([key, ...others].map(eventId)).size).toBe(6);
});

test("the body says what the refund has become, and the answer that proved it", () => {
  const refund = untoldRefund({
    version: 5,
    answer,
    isAnswered: true,
    confirmedTid: "88880002",
    checkedAt: start - 50,
  });
  const event = eventOf(refund);
  expect(event).toMatchObject({ sequence: 5, at: start });
  expect(JSON.parse(event?.body ?? "")).toEqual({
    type: "refund.succeeded",
    timestamp: "2026-01-05T01:00:00.000Z",
    data: {
      mid: refund.mid,
      instMid: "APPDEFAULT",
      merOrderId: refund.merOrderId,
      tid: "88880002",
      state: "succeeded",
      sequence: 5,
      checkedAt: "2026-01-05T00:59:59.950Z",
      answer: { errCode: "SUCCESS", reading: "settled", totalAmount: 12400, refundStatus: "SUCCESS" },
    },
  });
});

test.each([
  ["failed", "refund.failed"],
  ["needs_review", "refund.needs_review"],
] as const)("%s is told as %s", (state, type) => {
  expect(JSON.parse(eventOf(untoldRefund({ state }))?.body ?? "")).toMatchObject({ type, data: { state } });
});

test("a product is named as the partner names it", () => {
  const body = eventOf(untoldRefund({ instMid: "systemId=A1" }))?.body ?? "";
  expect(JSON.parse(body).data).toMatchObject({ systemId: "A1" });
  expect(body).not.toContain("instMid");
});

test("in review, an answer is shown only if the last check has given it", () => {
  const shown = (isAnswered: boolean) =>
    JSON.parse(eventOf(untoldRefund({ state: "needs_review", answer, isAnswered }))?.body ?? "").data.answer;
  expect([shown(true)?.errCode, shown(false)]).toEqual(["SUCCESS", undefined]);
});

test("what only a newer version knows of an answer is not told", () => {
  const fields = { errCode: "SUCCESS", "?zz": "new" };
  const body = eventOf(untoldRefund({ answer: { ...answer, fields } }))?.body ?? "";
  expect(JSON.parse(body).data.answer).toEqual({ errCode: "SUCCESS" });
});

test("nothing is told of a refund that has been told, is pending, or is in a state of a newer version", () => {
  expect(eventOf(untoldRefund({ untold: undefined }))).toBeUndefined();
  expect(eventOf(untoldRefund({ state: "pending" }))).toBeUndefined();
  expect(eventOf(untoldRefund({ stateIsNewer: true }))).toBeUndefined();
});
