import type { AnswerFields } from "./check.ts";
import { isFinal, type Refund } from "./refund.ts";

/** The answer on record that may be shown of a refund: the one that ended it, or the last check's own. */
export function answerOnRecord(refund: Refund): AnswerFields | undefined {
  return isFinal(refund.state) || refund.isAnswered ? refund.answer?.fields : undefined;
}

/** Without the members that this version does not know; a newer one has stored them under a name that begins with `?`. */
export function shownMembers(answer: AnswerFields): AnswerFields {
  const names = Object.keys(answer);
  if (!names.some(isUnknown)) return answer;
  return Object.fromEntries(names.filter((name) => !isUnknown(name)).map((name) => [name, answer[name]]));
}

function isUnknown(name: string): boolean {
  return name.startsWith("?");
}
