import * as z from "zod/mini";
import { dashedBeijingTime } from "../../shared/chinaums/beijing-time.ts";
import { partnerSchema } from "../../shared/partner/partner.ts";
import type { Question } from "./post-question.ts";

export type AskAsPartnerDeps = {
  /** Where partners ask. */
  readonly url: string;
  /** The members of the request that name the refund, as JSON. */
  readonly question: string;
  /** What the secret of the probe's partner holds. */
  readonly readPartner: () => Promise<unknown>;
  /** What the secret of its client certificate holds; undefined where the endpoint wants none. */
  readonly readCertificate: (() => Promise<unknown>) | undefined;
  readonly sign: (pair: { readonly appId: string; readonly appKey: string }, body: string) => string;
  readonly now: () => number;
  readonly post: (question: Question) => Promise<{ readonly status: number; readonly body: string }>;
};

/** Longer than a partner's request takes while ChinaUMS hangs. */
const timeoutMs = 28_000;

const questionSchema = z.record(z.string(), z.string());
const certificateSchema = z.object({ cert: z.string(), key: z.string() });

/**
 * Asks the question of the probe with the newest key of its partner, which is read each time because it may be replaced.
 * What it gives throws where a secret cannot be used, and what `post` throws.
 */
export function createAskAsPartner(deps: AskAsPartnerDeps) {
  const { url, readPartner, readCertificate, sign, now, post } = deps;
  const question = questionSchema.parse(JSON.parse(deps.question));
  return async () => {
    const { appId, appKeys } = partnerSchema.parse(await readPartner());
    const certificate = readCertificate && certificateSchema.parse(await readCertificate());
    const body = JSON.stringify({ requestTimestamp: dashedBeijingTime(now()), ...question });
    const authorization = sign({ appId, appKey: appKeys[0] ?? "" }, body);
    return await post({ url, body, authorization, certificate, timeoutMs });
  };
}
