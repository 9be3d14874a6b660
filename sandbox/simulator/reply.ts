/** What is sent for a request: nothing before `delayMs` have passed, then the text, or a TCP reset. */
export type Reply = { httpStatus: number; contentType: string; text: string; delayMs: number; reset: boolean };

/** A reply that is sent at once, as UTF-8 JSON. */
export function jsonReply(httpStatus: number, body: unknown): Reply {
  return {
    httpStatus,
    contentType: "application/json;charset=UTF-8",
    text: JSON.stringify(body),
    delayMs: 0,
    reset: false,
  };
}
