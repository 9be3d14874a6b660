import { Fault } from "../../../shared/http/fault.ts";
import type { FaultCode } from "../../../shared/http/fault-rows.ts";
import { type HttpAnswer, jsonAnswer, withCopyInData } from "../../../shared/http/http-answer.ts";
import { isoInstant } from "../../../shared/http/iso-instant.ts";
import { type ExpectedWaits, recheckMember } from "../../../shared/http/recheck-member.ts";
import type { Reading, UnclearCause } from "../../../shared/refund/reading.ts";
import { shownMembers } from "../../../shared/refund/shown-answer.ts";
import type { StatusResult } from "../status-request.ts";

/** The members of a partner's request that its answer repeats. */
export type Echo = { readonly msgId: string | undefined; readonly srcReserve: string | undefined };
/** What, beside the result, decides the answer to a request. */
export type Asking = { readonly echo: Echo; readonly inData: boolean; readonly expectedWaits: ExpectedWaits };

/**
 * What a partner is answered about its refund: the documented members of ChinaUMS's answer, the partner's echo, and `recheck`.
 * @throws {Fault} where there is no answer to show
 */
export function statusAnswer(result: StatusResult, { echo, inData, expectedWaits }: Asking): HttpAnswer {
  switch (result.kind) {
    case "key_reused":
      throw new Fault("key_reused");
    case "in_flight":
      throw new Fault("in_flight", {
        retryAfterMs: result.retryAfterMs,
        ...(result.refund && { recheck: recheckMember(result.refund, "record", expectedWaits) }),
      });
    case "answered": {
      const { refund, answer, source } = result;
      const recheck = recheckMember(refund, source, expectedWaits);
      const headers = {
        ...(result.replayed && { "Idempotent-Replayed": "true" }),
        ...(result.keyExpiresAt !== undefined && { "Idempotency-Key-Expires": isoInstant(result.keyExpiresAt) }),
      };
      if (answer !== undefined) {
        const body = { ...shownMembers(answer), ...echo, recheck };
        return jsonAnswer(inData ? withCopyInData(body) : body, headers);
      }
      const code = faultCodeOf(result.check?.reading ?? refund.reading);
      throw new Fault(code, { recheck, headers, retryAt: refund.dueAt });
    }
  }
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
