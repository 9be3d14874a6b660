import type { PostWebhook } from "../../shared/webhook/post-webhook.ts";
import { deliveryFailures, type WebhookResult } from "../../shared/webhook/webhook-result.ts";
import type { Trial, TrialContext } from "./trial.ts";

export type Verdict = {
  readonly trial: Trial;
  readonly isRight: boolean;
  /** False if no delivery of this trial had any answer over HTTP. */
  readonly isAnswered: boolean;
  /** What the receiver did, in a few words. */
  readonly said: string;
};

export type RunTrialsDeps = TrialContext & { readonly url: string; readonly post: PostWebhook };

/** Deliveries are given up after 15 s. A receiver should need a fraction of that. */
const perPostMs = 5_000;
/** All trials together end in less than a minute, also where the receiver is slow. */
const inAllMs = 50_000;

/** Sends each trial's deliveries, one after another, and judges the answers. */
export async function* runTrials(trials: readonly Trial[], deps: RunTrialsDeps): AsyncGenerator<Verdict> {
  const endAt = deps.now() + inAllMs;
  for (const trial of trials) {
    const results: WebhookResult[] = [];
    for (const { headers, body } of trial.send(deps)) {
      results.push(await deps.post(deps.url, headers, body, Math.min(deps.now() + perPostMs, endAt)));
    }
    const wrong = results.find((result) => !isRight(trial, result));
    const shown = wrong ?? results[0];
    yield {
      trial,
      isRight: wrong === undefined,
      isAnswered: results.some((result) => result.kind !== "failed" || result.status !== undefined),
      said: shown === undefined ? "" : describe(shown),
    };
  }
}

/** Only an answer refuses. A connection that breaks off may have processed what it was sent. */
function isRight({ expected }: Trial, result: WebhookResult): boolean {
  if (expected === "accepted") return result.kind === "delivered";
  return result.kind === "failed" && result.because === "status";
}

function describe(result: WebhookResult): string {
  switch (result.kind) {
    case "delivered":
      return `HTTP ${result.status}`;
    case "gone":
      return "HTTP 410, by which a receiver ends its webhook for good";
    case "failed":
      if (result.because === "status") return `HTTP ${result.status}`;
      return deliveryFailures[result.because] + (result.status === undefined ? "" : ` (HTTP ${result.status})`);
  }
}
