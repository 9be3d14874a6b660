import type { ReceivedRequest } from "./received-request.ts";

/** A call that the platform received. `reason` says why it was refused; null when it was answered from a step. */
export type Call = {
  receivedAt: string;
  merOrderId: string | null;
  path: string;
  rawBody: string;
  authorization: string | null;
  verified: boolean;
  reason: string | null;
  contentType: string | null;
};

const keptCalls = 20_000;

/** The last 20,000 calls, in the order of their receipt. */
export class ReceivedCalls {
  #calls: Call[] = [];

  /** Records a call; `receivedAtMs` is in epoch milliseconds. */
  record(
    request: ReceivedRequest,
    receivedAtMs: number,
    judgement: Pick<Call, "merOrderId" | "verified" | "reason">,
  ): void {
    const { path, authorization, contentType } = request;
    const [receivedAt, rawBody] = [new Date(receivedAtMs).toISOString(), request.body.toString("utf8")];
    this.#calls.push({ receivedAt, path, rawBody, authorization, contentType, ...judgement });
    // The list is cut at twice the number only, so that most calls copy nothing.
    if (this.#calls.length >= 2 * keptCalls) this.#calls = this.#calls.slice(-keptCalls);
  }

  /** All calls kept, or those about one order number. */
  list(merOrderId: string | null): readonly Call[] {
    const kept = this.#calls.slice(-keptCalls);
    return merOrderId === null ? kept : kept.filter((call) => call.merOrderId === merOrderId);
  }

  forget(): void {
    this.#calls = [];
  }
}
