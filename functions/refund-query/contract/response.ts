import { Fault } from "../../../shared/http/fault.ts";
import type { FaultCode } from "../../../shared/http/fault-rows.ts";
import { type HttpAnswer, jsonAnswer, withCopyInData } from "../../../shared/http/http-answer.ts";
import type { AnswerFields } from "../../../shared/refund/check.ts";
import type { Reading, UnclearCause } from "../../../shared/refund/reading.ts";
import { isFinal, type Refund } from "../../../shared/refund/refund.ts";
import type { StatusResult } from "../status-request.ts";

/** The members of a partner's request that its answer repeats. */
export type Echo = { readonly msgId: string | undefined; readonly srcReserve: string | undefined };
/** What of a request decides the form of its answer. */
export type Asking = { readonly echo: Echo; readonly inData: boolean };

/**
 * What a partner is answered about its refund: the documented members of ChinaUMS's answer, the partner's echo, and `recheck`.
 * @throws {Fault} where there is no answer to show
 */
export function statusAnswer(result: StatusResult, { echo, inData }: Asking): HttpAnswer {
  switch (result.kind) {
    case "key_reused":
      throw new Fault("key_reused");
    case "in_flight":
      throw new Fault("in_flight", {
        retryAfterMs: result.retryAfterMs,
        ...(result.refund && { recheck: recheckOf(result.refund, "record") }),
      });
    case "answered": {
      const { refund, answer, source } = result;
      const recheck = recheckOf(refund, source);
      const headers = {
        ...(result.replayed && { "Idempotent-Replayed": "true" }),
        ...(result.keyExpiresAt !== undefined && { "Idempotency-Key-Expires": isoInstant(result.keyExpiresAt) }),
      };
      if (answer !== undefined) {
        const body = { ...shown(answer), ...echo, recheck };
        return jsonAnswer(inData ? withCopyInData(body) : body, headers);
      }
      const code = faultCodeOf(result.check?.reading ?? refund.reading);
      throw new Fault(code, { recheck, headers, retryAt: refund.dueAt });
    }
  }
}

/** Our own member of an answer: how far the refund has come, by which number ChinaUMS's answer was matched, and what comes next. */
function recheckOf(refund: Refund, source: "upstream" | "record") {
  const final = isFinal(refund.state);
  return {
    state: refund.state,
    final,
    checkedAt: refund.checkedAt === undefined ? null : isoInstant(refund.checkedAt),
    nextCheckAt: refund.dueAt === undefined ? null : isoInstant(refund.dueAt),
    attempts: refund.attempts,
    source,
    matchedBy: refund.answer?.matchedBy,
    /** The refund order number of the answer that proved the end. */
    refundOrderId: final ? refund.answer?.fields.refundOrderId : undefined,
  };
}

/** Without the members that this version does not know; a newer one has stored them under a name that begins with `?`. */
function shown(answer: AnswerFields): AnswerFields {
  const names = Object.keys(answer);
  if (!names.some(isUnknown)) return answer;
  return Object.fromEntries(names.filter((name) => !isUnknown(name)).map((name) => [name, answer[name]]));
}

function isUnknown(name: string): boolean {
  return name.startsWith("?");
}

/** The fault that says why there is no answer to show. */
function faultCodeOf(reading: Reading | undefined): FaultCode {
  switch (reading?.kind) {
    case "blocked":
      return "upstream_refuses_us";
    case "unclear":
      return faultOfCause[reading.cause];
    case "settled":
    case "processing":
    case "not_found":
    case "mismatch":
    case undefined:
      return "upstream_unreadable";
  }
}

const faultOfCause = {
  timeout: "upstream_timeout",
  unreachable: "upstream_unreachable",
  gateway: "upstream_unreachable",
  unreadable: "upstream_unreadable",
  transient: "upstream_unreadable",
  locked: "upstream_unreadable",
  unknown: "upstream_unreadable",
  unfamiliar: "upstream_unreadable",
} as const satisfies Record<UnclearCause, FaultCode>;

function isoInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
