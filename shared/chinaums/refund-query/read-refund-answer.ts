import type { AnswerFields, Check } from "../../refund/check.ts";
import { provenOutcome } from "../../refund/finality.ts";
import type { Question } from "../../refund/question.ts";
import type { Outcome, Reading } from "../../refund/reading.ts";
import { cameBackOf } from "../came-back.ts";
import { withoutDataTag } from "../data-tag.ts";
import { createHasDoubledName } from "../doubled-names.ts";
import { codeForm, readErrCode } from "../error-codes.ts";
import { parseJson } from "../parse-json.ts";
import { text } from "../read-value.ts";
import type { RawAnswer } from "../transport/raw-answer.ts";
import { answerMembers, readMembers, type UpstreamAnswer } from "./answer-fields.ts";
import { type AnswerMatch, identityMembers, matchAnswerToRefund } from "./match-answer.ts";

/** What an answer tells: its reading, its errCode, and what may be kept and shown of it. */
export type RefundAnswer = Pick<Check, "reading" | "code" | "answer" | "matchedBy" | "isSameAnswerAs" | "cameBack"> & {
  readonly errCode: string | undefined;
};

/** The question's own members, which come back. They are not kept, because another request has others. */
const echoes = ["msgId", "srcReserve"];
const namesOfAnAnswer = [...answerMembers, ...echoes];
const hasDoubledName = createHasDoubledName(["errCode", "refundStatus", ...identityMembers, "msgId"]);

/**
 * Reads an answer to a question that was sent with `msgId`. It gives a reading for any body at any HTTP status and never
 * throws. Everything that is not proven is non-final.
 */
export function readRefundAnswer(raw: RawAnswer, question: Question, msgId: string): RefundAnswer {
  const json = parseJson(raw.body);
  const said = withoutDataTag(json, namesOfAnAnswer);
  const errCode = isObject(said) ? text(said.errCode) : undefined;
  if (!isObject(json) || !isObject(said) || !errCode || hasDoubledName(raw.body, json, said)) {
    return { ...unreadable, cameBack: cameBackOf(raw) };
  }

  const answer = readMembers(said);
  // The word of the status as it came: masking is for people, and a masked word would not be the one that was sent.
  const refundStatus = text(said.refundStatus);
  const match = matchAnswerToRefund(answer, said, question, msgId);
  const httpOk = raw.status >= 200 && raw.status <= 299;
  const reading = readingOf(errCode, refundStatus, match, httpOk);
  // Another refund's status is not this one's, not even in a log.
  const word = match.kind === "mismatch" ? undefined : errCode === "SUCCESS" ? refundStatus : errCode;
  const shown = isForThePartner(reading, httpOk) ? toShow(answer, reading) : undefined;
  return {
    reading,
    code: codeForm(word),
    errCode,
    answer: shown,
    matchedBy: match.kind === "match" ? match.by : undefined,
    isSameAnswerAs: shown === undefined ? isNever : (earlier) => saysTheSame(shown, earlier),
    cameBack:
      shown === undefined ? cameBackOf(raw, match.kind === "mismatch" ? numbersIn(answer) : raw.body) : undefined,
  };
}

/** What is told without an answer that could be read. */
export function withoutAnswer(reading: Reading, code: string | undefined): RefundAnswer {
  return {
    reading,
    code,
    errCode: undefined,
    answer: undefined,
    matchedBy: undefined,
    isSameAnswerAs: isNever,
    cameBack: undefined,
  };
}

const unreadable = withoutAnswer({ kind: "unclear", cause: "unreadable" }, undefined);

/** What may be kept of an answer about another refund: whose it is, and nothing of how that one stands. */
function numbersIn(answer: UpstreamAnswer): string {
  return JSON.stringify(Object.fromEntries(identityMembers.map((name) => [name, answer[name]])));
}

function isNever(): boolean {
  return false;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const outcomeByStatus: ReadonlyMap<string | undefined, Outcome> = new Map([
  ["SUCCESS", "succeeded"],
  ["FAIL", "failed"],
]);

function readingOf(errCode: string, refundStatus: string | undefined, match: AnswerMatch, httpOk: boolean): Reading {
  const answered = errCode === "SUCCESS";
  const aboutThisRefund = match.kind === "match";
  const proven = provenOutcome({ httpOk, answered, aboutThisRefund, outcome: outcomeByStatus.get(refundStatus) });
  if (proven !== undefined) return { kind: "settled", outcome: proven };
  if (match.kind === "mismatch") return { kind: "mismatch" };
  if (!answered) return readErrCode(errCode);
  if (!aboutThisRefund || !httpOk) return { kind: "unclear", cause: "unreadable" };
  if (refundStatus === "PROCESSING") return { kind: "processing" };
  const familiar = !refundStatus || refundStatus === "UNKNOWN";
  return { kind: "unclear", cause: familiar ? "unknown" : "unfamiliar" };
}

/** True for an answer to the partner's question, as opposed to trouble between ChinaUMS and us. */
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

/** A word that ends a refund is shown only where it does, because older clients check nothing else. */
function toShow(answer: UpstreamAnswer, reading: Reading): AnswerFields {
  const isUnproven = reading.kind !== "settled" && outcomeByStatus.has(answer.refundStatus);
  return isUnproven ? { ...answer, refundStatus: undefined } : answer;
}

/** They differ from call to call though the answer says the same. */
const clockReadings = new Set(["responseTimeStamp", "responseTimestamp"]);
const lastingMembers = answerMembers.filter((name) => !clockReadings.has(name));

function saysTheSame(answer: AnswerFields, earlier: AnswerFields): boolean {
  return lastingMembers.every((name) => earlier[name] === answer[name]);
}
