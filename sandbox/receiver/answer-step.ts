import type { ServerResponse } from "node:http";
import * as z from "zod";

/** How one delivery is answered. Without a member it is answered with 200 at once. */
export const answerStepSchema = z.strictObject({
  status: z.int().min(200).max(599).optional(),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string().regex(/^[\x20-\x7e]*$/)).optional(),
  body: z.string().optional(),
  /** Sends so many bytes in place of a body, to see that nobody reads them all. */
  bodyBytes: z.int().min(0).max(100_000_000).optional(),
  delayMs: z.int().min(0).max(3_600_000).optional(),
  /** Resets the connection in place of an answer. */
  reset: z.boolean().optional(),
});

export const answerScriptSchema = z.strictObject({ answers: z.array(answerStepSchema).max(10_000) });

export type AnswerStep = z.infer<typeof answerStepSchema>;

/** Answers as the step says, after its delay. A sender that has gone away meanwhile gets nothing. */
export function answerBy(step: AnswerStep, response: ServerResponse): void {
  const { status = 200, headers = {}, body = "", bodyBytes, delayMs = 0, reset = false } = step;
  const answer = () => {
    if (reset) return response.socket?.resetAndDestroy();
    const content = bodyBytes === undefined ? Buffer.from(body) : Buffer.alloc(bodyBytes, "x");
    response.writeHead(status, { "content-length": content.length, ...headers });
    return response.end(content);
  };
  if (delayMs === 0) return void answer();
  const timer = setTimeout(answer, delayMs);
  response.on("close", () => clearTimeout(timer));
}

/** A step in a few words. */
export function describeStep({ status = 200, delayMs, reset, bodyBytes }: AnswerStep): string {
  const what = reset ? "reset" : bodyBytes === undefined ? `${status}` : `${status} with ${bodyBytes} bytes`;
  return delayMs === undefined ? what : `${what} after ${delayMs} ms`;
}
