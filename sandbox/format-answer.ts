import { readRefundAnswer } from "../shared/chinaums/refund-query/read-refund-answer.ts";

/** An answer of any status. */
export type PartnerAnswer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

type Recheck = {
  state: string;
  final: boolean;
  checkedAt: string | null;
  nextCheckAt: string | null;
  expectedBy?: string;
  attempts: number;
  source: string;
};

/** Whether the answer is final; undefined if it says nothing about a refund, as a refusal does. */
export function isFinalAnswer({ status, body }: PartnerAnswer, merOrderId: string): boolean | undefined {
  const recheck = body.recheck as Recheck | undefined;
  if (recheck !== undefined) return recheck.final;
  if (status !== 200) return undefined;
  // An answer of ChinaUMS itself has no such member, so our rule of finality decides.
  const question = {
    merOrderId,
    mid: String(body.mid ?? ""),
    tid: String(body.tid ?? ""),
    instMid: "",
    srcReserve: undefined,
  };
  return readRefundAnswer({ status, body: JSON.stringify(body) }, question, "").reading.kind === "settled";
}

const meanings: Record<string, string> = {
  succeeded: "The refund has succeeded: the customer has the money, or it is on its way with the bank.",
  failed: "The refund has failed: the customer does not get the money by this refund.",
  pending: "Not final yet. We check it again automatically; you need not do anything.",
  needs_review:
    "Not final after many checks. A person should ask ChinaUMS; it is still checked once a day for 30 days.",
};

/** The answer for a person: what it means, whether it is final, and when the next check is. */
export function formatAnswer({ status, body }: PartnerAnswer, final: boolean | undefined): string {
  const recheck = body.recheck as Recheck | undefined;
  const lines = [
    `HTTP ${status}  ${codeAndText(body)}`,
    ...(recheck ? [meanings[recheck.state] ?? recheck.state] : []),
    ...(!recheck && body.detail ? [String(body.detail)] : []),
    ...(Array.isArray(body.errors) ? body.errors.map(({ field, message }) => `  ${field}: ${message}`) : []),
    ...(typeof body.totalAmount === "number" ? [`Amount     ${yuan(body.totalAmount)} (the payment's)`] : []),
    ...(final === undefined ? [] : [`Final      ${final ? "yes" : "no"}`]),
    ...(recheck ? [`Checked    ${checkedWhen(recheck)}`] : []),
    ...(recheck && !recheck.final ? [`Next check ${recheck.nextCheckAt ?? "only by hand"}`] : []),
    ...(recheck?.expectedBy ? [`Expected   ${recheck.expectedBy} (nine in ten of its product)`] : []),
    ...(body.requestId === undefined ? [] : [`Request    ${body.requestId}`]),
  ];
  return `${lines.join("\n")}\n`;
}

/** One check that was not final, on one line. The line stays the same until the next check. */
export function formatCheck({ body }: PartnerAnswer): string {
  const { checkedAt, attempts, nextCheckAt } = (body.recheck ?? {}) as Partial<Recheck>;
  return `${checkedAt ?? "not checked"}  check ${attempts ?? 0}  ${codeAndText(body)}  next ${nextCheckAt ?? "unknown"}`;
}

function codeAndText(body: PartnerAnswer["body"]): string {
  const said = [body.errCode, body.errMsg ?? body.errInfo].filter(Boolean).join(" ");
  return body.refundStatus === undefined ? said : `${said}  refundStatus ${body.refundStatus}`;
}

function checkedWhen({ checkedAt, attempts, source }: Recheck): string {
  const from = source === "record" ? "from the record" : "just now";
  return `${checkedAt ?? "not yet"} (${attempts} so far; ${from})`;
}

function yuan(amountFen: number): string {
  const fen = String(Math.abs(amountFen)).padStart(3, "0");
  return `${amountFen < 0 ? "-" : ""}¥${fen.slice(0, -2)}.${fen.slice(-2)}`;
}
