import { refundQueryPath } from "../../names.ts";
import type { CheckUpstream, Question } from "../../refund/question.ts";
import { type CallDeps, type CallResult, createCall, type Operation } from "../call.ts";
import { buildRefundQuery } from "./build-refund-query.ts";
import { type RefundAnswer, readRefundAnswer, withoutAnswer } from "./read-refund-answer.ts";

const refundQuery: Operation<Question, RefundAnswer> = {
  path: refundQueryPath,
  build: buildRefundQuery,
  read: readRefundAnswer,
};

/** Asks ChinaUMS about a refund, at most twice. Never throws: trouble is a reading. */
export function createCheckUpstream(deps: CallDeps): CheckUpstream {
  const { now } = deps;
  const call = createCall(refundQuery, deps);
  return async (question, deadline) => {
    const startedAt = now();
    const result = await call(question, deadline);
    const { reading, code, answer, matchedBy, isSameAnswerAs, cameBack } = answerOf(result);
    const latencyMs = now() - startedAt;
    return { reading, code, answer, matchedBy, isSameAnswerAs, cameBack, upstreamMsgId: result.id, latencyMs };
  };
}

function answerOf(result: CallResult<RefundAnswer>): RefundAnswer {
  switch (result.kind) {
    case "answer":
      return result.answer;
    case "fault":
      return withoutAnswer({ kind: "unclear", cause: result.cause }, undefined);
    case "none":
      return withoutAnswer(result.reading, result.code);
  }
}
