import type { AnswerBook } from "./answer-book.ts";
import type { ReceivedCalls } from "./received-calls.ts";
import type { TokenBook } from "./token-book.ts";

/** The one application that the simulator knows. Several keys are valid at once while a key is being rotated. */
export type Credentials = { appId: string; appKeys: readonly string[] };

/** What the platform keeps between calls. `now` is in epoch milliseconds. */
export type Platform = {
  credentials: Credentials;
  answers: AnswerBook;
  tokens: TokenBook;
  calls: ReceivedCalls;
  now: () => number;
};
