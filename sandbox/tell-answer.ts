import { readRefundQuery } from "../shared/chinaums/refund-query.ts";
import type { Asked } from "./partner-client.ts";

type Recheck = {
  state: string;
  final: boolean;
  checkedAt: string | null;
  nextCheckAt: string | null;
  attempts: number;
  source: string;
};

/** Whether the answer is final; undefined where there is none about a refund, as after a refusal. */
export function isFinalAnswer({ status, body }: Asked, merOrderId: string): boolean | undefined {
  const recheck = body.recheck as Recheck | undefined;
  if (recheck !== undefined) return recheck.final;
  if (status !== 200) return undefined;
  // Asked of ChinaUMS itself there is no such member, and the rule of four parts has to tell.
  const question = {
    merOrderId,
    mid: String(body.mid ?? ""),
    tid: String(body.tid ?? ""),
    instMid: "",
    srcReserve: undefined,
  };
  return readRefundQuery({ status, body: JSON.stringify(body) }, question, "").reading.kind === "settled";
}

const meanings: Record<string, string> = {
  succeeded: "The refund has succeeded: the customer has the money, or it is on its way with the bank.",
  failed: "The refund has failed: the customer does not get the money by this refund.",
  pending: "Not final yet. The refund is being looked after; nothing has to be done.",
  needs_review:
    "Not final after many looks. A person should ask ChinaUMS; it is still looked at once a day for 30 days.",
};

/** The answer for a person: what it means, whether it is final, and when it is looked at again. */
export function tellAnswer({ status, body }: Asked): string {
  const recheck = body.recheck as Recheck | undefined;
  const said = [body.errCode, body.errMsg ?? body.errInfo].filter(Boolean).join(" ");
  const lines = [
    `HTTP ${status}  ${said}${body.refundStatus === undefined ? "" : `  refundStatus ${body.refundStatus}`}`,
    ...(recheck ? [meanings[recheck.state] ?? recheck.state] : []),
    ...(!recheck && body.detail ? [String(body.detail)] : []),
    ...(Array.isArray(body.errors) ? body.errors.map(({ field, message }) => `  ${field}: ${message}`) : []),
    ...(typeof body.totalAmount === "number" ? [`Amount     ${yuan(body.totalAmount)} (the payment's)`] : []),
    ...(recheck
      ? [
          `Final      ${recheck.final ? "yes" : "no"}`,
          `Looked at  ${recheck.checkedAt ?? "not yet"} (${recheck.attempts} so far, this answer from ${recheck.source === "record" ? "the record" : "ChinaUMS"})`,
          ...(recheck.final ? [] : [`Next look  ${recheck.nextCheckAt ?? "only by hand"}`]),
        ]
      : []),
    ...(body.requestId === undefined ? [] : [`Request    ${body.requestId}`]),
  ];
  return `${lines.join("\n")}\n`;
}

function yuan(amountFen: number): string {
  const fen = String(Math.abs(amountFen)).padStart(3, "0");
  return `${amountFen < 0 ? "-" : ""}¥${fen.slice(0, -2)}.${fen.slice(-2)}`;
}
