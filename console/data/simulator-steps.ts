import type { AnswerStep } from "../../sandbox/simulator/answer-step.ts";

/** Answers that can be chosen by a click. The simulator itself takes any. */
export const steps = {
  succeeded: { refundStatus: "SUCCESS" },
  failed: { refundStatus: "FAIL" },
  processing: { refundStatus: "PROCESSING" },
  unknown: { refundStatus: "UNKNOWN" },
  noOrder: { errCode: "NO_ORDER" },
  locked: { errCode: "ORDER_PROCESSING" },
  badRequest: { errCode: "BAD_REQUEST" },
  badSign: { errCode: "1000" },
  otherRefund: { fields: { refundOrderId: "124S2023071980959975", merOrderId: "124S2023071980881897" } },
  page: {
    httpStatus: 502,
    raw: "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
  },
  reset: { reset: true },
  hang: { delayMs: 2_147_483_647 },
} as const satisfies Record<string, AnswerStep>;

export type StepName = keyof typeof steps;
export const stepNames = Object.keys(steps) as StepName[];

/** The steps that an address names, `processing,succeeded`. A word that is none is left out. */
export function stepsIn(text: string | undefined): StepName[] {
  return (text ?? "").split(",").flatMap((word) => stepNames.find((name) => name === word) ?? []);
}
