import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Question } from "../../shared/refund/question.ts";

/** What the official page's sample request asks, and what its sample answers, byte for byte. */
export const sampleQuestion: Question = {
  merOrderId: "124S2023071980881897",
  instMid: "APPDEFAULT",
  mid: "898310148160568",
  tid: "88880001",
  srcReserve: "C20220119000001",
};

export const sampleAnswerText = readFileSync(join(import.meta.dirname, "../fixtures/page-answer.json"), "utf8");

/** The page's sample with some members replaced, or removed where the value is undefined. */
export function answerWith(members: Record<string, unknown>): string {
  return JSON.stringify({ ...JSON.parse(sampleAnswerText), ...members });
}
