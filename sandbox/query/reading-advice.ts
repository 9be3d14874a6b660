import type { BlockedBy, Outcome, Reading, UnclearCause } from "../../shared/refund/reading.ts";

export const whatIsSettled: Readonly<Record<Outcome, string>> = {
  succeeded: "The refund has succeeded: the customer has the money, or it is on its way with the bank.",
  failed:
    "The refund has failed: the customer does not get the money by this refund. Refund it again, by a new number.",
};

/** Who was asked: the service checks again by itself, and ChinaUMS does not. */
export type Asked = "service" | "ChinaUMS";

/** Why a refund is not final after such an answer, and what to do, in sentences for a person. */
export function whyNotFinal(reading: Exclude<Reading, { kind: "settled" }>, asked: Asked): string {
  const again =
    asked === "service" ? "It is checked again automatically; you need not do anything." : "Ask again later.";
  switch (reading.kind) {
    case "processing":
      return `ChinaUMS is still processing the refund. ${again}`;
    case "not_found":
      return `ChinaUMS knows no such order: the refund may never have reached it. See whether the order number, mid and inst-mid are right. ${again}`;
    case "mismatch":
      return `The answer is about another refund, so it tells nothing of this one. If it stays so, the operator asks ChinaUMS. ${again}`;
    case "unclear":
      return `${unclear[reading.cause]} ${again}`;
    case "blocked":
      return blocked[reading.by];
  }
}

const unclear: Readonly<Record<UnclearCause, string>> = {
  timeout: "ChinaUMS did not answer in time.",
  unreachable: "ChinaUMS cannot be reached.",
  unreadable: "The answer does not say that it is about this refund.",
  gateway: "The gateway of ChinaUMS failed before the question was seen.",
  transient: "ChinaUMS or the channel failed this query, which says nothing of the refund.",
  locked: "ChinaUMS has the order locked for about a minute.",
  unknown: "ChinaUMS itself does not know how the refund stands.",
  unfamiliar: "ChinaUMS gave a code or status that no manual has, so nothing is concluded from it.",
};

const blocked: Readonly<Record<BlockedBy, string>> = {
  credentials:
    "ChinaUMS refuses who asks: the key, the signature, the address or the clock is wrong. Asking again does not help until that is corrected.",
  configuration:
    "ChinaUMS refuses the merchant's or the platform's set-up. Have it corrected with ChinaUMS; asking again does not help until then.",
  request:
    "ChinaUMS objects to this very request. See whether mid, tid and inst-mid are right; asking again with the same does not help.",
};
