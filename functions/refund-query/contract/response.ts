import { Fault } from "../../../shared/http/fault.ts";
import type { FaultCode } from "../../../shared/http/fault-rows.ts";
import { type HttpAnswer, jsonAnswer } from "../../../shared/http/http-answer.ts";
import type { Reading } from "../../../shared/refund/reading.ts";
import { isFinal, type Refund } from "../../../shared/refund/refund.ts";
import type { StatusResult } from "../status-request.ts";

/** What the partner gave to be given back. */
export type Echo = { readonly msgId: string | undefined; readonly srcReserve: string | undefined };

/**
 * What a partner is answered about its refund: upstream's documented members, its own echo, and `recheck`.
 * @throws {Fault} where there is no answer to be shown
 */
export function statusAnswer(result: StatusResult, echo: Echo): HttpAnswer {
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
      if (answer !== undefined) return jsonAnswer({ ...answer, ...echo, recheck }, headers);
      throw new Fault(faultOf(result.check?.reading ?? refund.reading), { recheck, headers });
    }
  }
}

/** The member of ours in an answer: where the refund stands with us, and when it is checked next. */
function recheckOf(refund: Refund, source: "upstream" | "record") {
  return {
    state: refund.state,
    final: isFinal(refund.state),
    checkedAt: refund.checkedAt === undefined ? null : isoInstant(refund.checkedAt),
    nextCheckAt: refund.dueAt === undefined ? null : isoInstant(refund.dueAt),
    attempts: refund.attempts,
    source,
  };
}

/** Why there is nothing to show, by what the check gave. */
function faultOf(reading: Reading | undefined): FaultCode {
  switch (reading?.kind) {
    case "blocked":
      return "upstream_refuses_us";
    case "unclear":
      if (reading.cause === "timeout") return "upstream_timeout";
      return reading.cause === "unreachable" || reading.cause === "gateway"
        ? "upstream_unreachable"
        : "upstream_unreadable";
    default:
      return "upstream_unreadable";
  }
}

function isoInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
