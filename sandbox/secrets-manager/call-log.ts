/** A call of an operation, whether it succeeded or failed. It never holds the secret itself. */
export type Call = { operation: string; secretId: string | null; at: string };

const keptCalls = 10_000;

/** The last 10,000 calls, in their order. */
export class CallLog {
  #calls: Call[] = [];

  /** Records a call by the request's SecretId or Name; `atMs` is in epoch milliseconds. */
  record(operation: string, request: unknown, atMs: number): void {
    const { SecretId, Name } = (request ?? {}) as { SecretId?: unknown; Name?: unknown };
    const secretId = SecretId ?? Name;
    this.#calls.push({
      operation,
      secretId: typeof secretId === "string" ? secretId : null,
      at: new Date(atMs).toISOString(),
    });
    if (this.#calls.length >= 2 * keptCalls) this.#calls = this.#calls.slice(-keptCalls);
  }

  list(): readonly Call[] {
    return this.#calls.slice(-keptCalls);
  }

  forget(): void {
    this.#calls = [];
  }
}
