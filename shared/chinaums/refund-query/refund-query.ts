import type { AnswerFields, Check } from "../../refund/check.ts";
import { provenOutcome } from "../../refund/finality.ts";
import type { Question } from "../../refund/question.ts";
import type { Outcome, Reading } from "../../refund/reading.ts";
import { dashedBeijingTime } from "../beijing-time.ts";
import { withDataTag, withoutDataTag } from "../data-tag.ts";
import { codeForm, readErrCode } from "../error-codes.ts";
import { parseJson } from "../parse-json.ts";
import { answerMembers, readMembers, type UpstreamAnswer } from "./answer-fields.ts";

/**
 * The body of a refund query that is sent at `now` (epoch ms). Sign and send these very bytes.
 * `msgId` must be our own and used once: an answer without order numbers is known to be ours by it alone.
 */
export function buildRefundQuery(question: Question, now: number, msgId: string, needDataTag = false): string {
  const { merOrderId, instMid, mid, tid, srcReserve } = question;
  const body = { requestTimestamp: dashedBeijingTime(now), merOrderId, instMid, mid, tid, msgId, srcReserve };
  return JSON.stringify(needDataTag ? withDataTag(body) : body);
}

export type RawAnswer = { readonly status: number; readonly body: string };

/** What an answer tells: its reading, its errCode, and what may be kept and shown of it. */
export type ReadAnswer = Pick<Check, "reading" | "code" | "answer" | "isSameAnswerAs"> & {
  readonly errCode: string | undefined;
};

/**
 * Reads an answer to a question that was sent with `msgId`. Total: whatever came back, at whatever HTTP status, gives a
 * reading, and everything that is not proven is non-final.
 */
export function readRefundQuery(raw: RawAnswer, question: Question, msgId: string): ReadAnswer {
  const json = withoutDataTag(parseJson(raw.body), answerMembers);
  const answer = readMembers(json);
  if (answer?.errCode === undefined || answer.errCode === "") {
    const reading: Reading = { kind: "unclear", cause: "unreadable" };
    return { reading, code: undefined, errCode: undefined, ...nothingToShow };
  }
  const { errCode, refundStatus } = answer;
  const whose = matchAnswerToRefund(answer, json as object, question, msgId);
  const httpOk = raw.status >= 200 && raw.status <= 299;
  const reading = readingOf(answer, errCode, whose, httpOk);
  const shown = isForThePartner(reading, httpOk) ? toShow(answer, reading) : nothingToShow;
  // Another refund's status is not this one's, not even in a log.
  const word = whose === "other" ? undefined : errCode === "SUCCESS" ? refundStatus : errCode;
  return { reading, code: codeForm(word), errCode, ...shown };
}

type Whose = "ours" | "other" | "unsaid";

const outcomeByStatus: ReadonlyMap<string | undefined, Outcome> = new Map([
  ["SUCCESS", "succeeded"],
  ["FAIL", "failed"],
]);

function readingOf(answer: UpstreamAnswer, errCode: string, whose: Whose, httpOk: boolean): Reading {
  const answered = errCode === "SUCCESS";
  const aboutThisRefund = whose === "ours";
  const proven = provenOutcome({
    httpOk,
    answered,
    aboutThisRefund,
    outcome: outcomeByStatus.get(answer.refundStatus),
  });
  if (proven !== undefined) return { kind: "settled", outcome: proven };
  if (whose === "other") return { kind: "mismatch" };
  if (!answered) return readErrCode(errCode);
  if (!aboutThisRefund || !httpOk) return { kind: "unclear", cause: "unreadable" };
  if (answer.refundStatus === "PROCESSING") return { kind: "processing" };
  const familiar = !answer.refundStatus || answer.refundStatus === "UNKNOWN";
  return { kind: "unclear", cause: familiar ? "unknown" : "unfamiliar" };
}

/** An answer to the partner's question, as opposed to trouble between upstream and us. */
function isForThePartner(reading: Reading, httpOk: boolean): boolean {
  switch (reading.kind) {
    case "settled":
    case "processing":
    case "not_found":
      return true;
    case "blocked":
      return reading.by === "request";
    case "unclear":
      return httpOk && reading.cause !== "gateway" && reading.cause !== "unreadable";
    case "mismatch":
      return false;
  }
}

const identityMembers = ["mid", "tid", "refundOrderId", "merOrderId"] as const;

/**
 * Whether an answer is about the refund that was asked for. Upstream gives the refund's number as `refundOrderId` beside
 * the payment's as `merOrderId`, and its own sample gives them the other way round, so either may be the number asked.
 */
function matchAnswerToRefund(answer: UpstreamAnswer, json: object, question: Question, msgId: string): Whose {
  if (differs(answer.mid, question.mid) || differs(answer.tid, question.tid)) return "other";
  const numbers = [answer.refundOrderId, answer.merOrderId].filter(Boolean);
  if (numbers.length > 0 && !numbers.includes(question.merOrderId)) return "other";
  const said = json as Record<string, unknown>;
  const unreadable = identityMembers.some((name) => answer[name] === undefined && (said[name] ?? "") !== "");
  if (!answer.mid || unreadable) return "unsaid";
  return numbers.length > 0 || answer.msgId === msgId ? "ours" : "unsaid";
}

function differs(said: string | undefined, asked: string): boolean {
  return said !== undefined && said !== "" && said !== asked;
}

/** Differ from call to call though the answer says the same. */
const clockReadings = new Set(["responseTimeStamp", "responseTimestamp"]);
const lastingMembers = answerMembers.filter((name) => !clockReadings.has(name));

/** What may be kept and shown of an answer. */
function toShow(answer: UpstreamAnswer, reading: Reading): Pick<ReadAnswer, "answer" | "isSameAnswerAs"> {
  // Echoes are for the one who asked; whoever is answered from the record later asked in other words.
  const shown = { ...answer, msgId: undefined, srcReserve: undefined };
  // A word that ends a refund is shown only where it does, since older clients check nothing else.
  if (reading.kind !== "settled" && outcomeByStatus.has(answer.refundStatus)) shown.refundStatus = undefined;
  const answered: AnswerFields = shown;
  return {
    answer: answered,
    isSameAnswerAs: (earlier) => lastingMembers.every((name) => earlier[name] === answered[name]),
  };
}

export const nothingToShow: Pick<ReadAnswer, "answer" | "isSameAnswerAs"> = {
  answer: undefined,
  isSameAnswerAs: () => false,
};
