/** A call of AWS was given up. It may still have been carried out. */
export class CallTimeoutError extends Error {
  override readonly name = "CallTimeoutError";
  readonly code = "AWS_CALL_TIMEOUT";
}

/**
 * Gives what `call` gives, if it does so within `limitMs`.
 * @throws {CallTimeoutError} after that; what the call still does goes unheard
 */
export function withinMs<T>(limitMs: number, call: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new CallTimeoutError(`no answer within ${limitMs} ms`)), limitMs);
    call.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
