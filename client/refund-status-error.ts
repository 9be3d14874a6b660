import type { Recheck, WrongField } from "./contract.ts";

/** Why a call has no answer, and whether the same call may go better in a while. */
export const failureReasons = {
  /** The request has to be corrected: `errors` names each wrong member. */
  refused: { passes: false },
  /** The AppId, the AppKey or the clock is wrong. */
  unauthenticated: { passes: false },
  /** The merchant is not one of yours. */
  forbidden: { passes: false },
  /** Another request is checking this refund, or there are too many requests. */
  busy: { passes: true },
  /** The service or ChinaUMS is in trouble. `recheck` is there if the refund is on record. */
  unavailable: { passes: true },
  unreachable: { passes: true },
  timeout: { passes: true },
  /** There is an answer, but not one of this service: the base URL is probably wrong. */
  unexpected_answer: { passes: false },
} as const satisfies Record<string, { passes: boolean }>;

export type FailureReason = keyof typeof failureReasons;

export type Failure = {
  readonly reason: FailureReason;
  readonly message: string;
  /** HTTP status, if there was an answer. */
  readonly status?: number;
  /** The answer, if it was a JSON object. */
  readonly body?: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
};

/** A call that has no answer to its question, after all its tries. It never means that a refund has failed. */
export class RefundStatusError extends Error {
  override readonly name = "RefundStatusError";
  readonly reason: FailureReason;
  /** How often the call was tried. */
  readonly attempts: number;
  readonly status: number | undefined;
  readonly body: Readonly<Record<string, unknown>> | undefined;
  /** From so many ms on, another call may go better. */
  readonly retryAfterMs: number | undefined;

  constructor(failure: Failure, attempts: number) {
    super(failure.message, { cause: failure.cause });
    this.reason = failure.reason;
    this.attempts = attempts;
    this.status = failure.status;
    this.body = failure.body;
    this.retryAfterMs = failure.retryAfterMs;
  }

  /** ChinaUMS's own code for the like of it. */
  get errCode(): string | undefined {
    return this.body?.errCode as string | undefined;
  }

  get errors(): readonly WrongField[] {
    return (this.body?.errors ?? []) as readonly WrongField[];
  }

  /** How far the refund has come, as far as it is on record. */
  get recheck(): Recheck | undefined {
    return this.body?.recheck as Recheck | undefined;
  }

  /** What the operator of the service finds the call by. */
  get requestId(): string | undefined {
    return this.body?.requestId as string | undefined;
  }
}
