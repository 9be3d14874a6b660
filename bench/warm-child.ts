/**
 * The partner's function without its I/O: everything between the event and the answer but the SDK's calls and the sockets, for
 * which stand functions that answer at once. Bundled as the deployed function is; prints CPU µs a call.
 */
import { randomUUID } from "node:crypto";
import { createAnswerStatusRequest } from "../functions/refund-query/answer-status-request.ts";
import { createRefundQueryHandler } from "../functions/refund-query/handler.ts";
import { defaultTimes } from "../functions/refund-query/status-request.ts";
import { createBodySigAuthorization } from "../shared/chinaums/auth/body-sig-authorization.ts";
import { createCheckUpstream } from "../shared/chinaums/refund-query/check-upstream.ts";
import { createAuthenticatePartner } from "../shared/partner/authenticate-partner.ts";
import { createIssueToken } from "../shared/partner/issue-token.ts";
import type { PartnerDirectory } from "../shared/partner/partner-directory.ts";
import { createPartnerShares } from "../shared/partner/partner-shares.ts";
import { newRefund } from "../shared/refund/claim-refund.ts";
import { defaultLadders } from "../shared/refund/recheck-ladder.ts";
import type { RefundStore } from "../shared/refund/refund-store.ts";
import { createLog } from "../shared/telemetry/log.ts";
import { cpuPerCall } from "./cpu-per-call.ts";
import { partnerSecret, platformSecret, signedEvent } from "./partner-event.ts";

const now = Date.now;
const newId = () => randomUUID().replaceAll("-", "");
const sample = JSON.parse(process.argv[2] ?? "{}") as Record<string, unknown>;

const store: RefundStore = {
  claim: async (claim) => ({ kind: "claimed", refund: newRefund(claim), keyExpiresAt: undefined }),
  settle: async () => ({ kind: "settled" }),
  read: async () => undefined,
  rememberKey: async (key) => ({ kind: "remembered", expiresAt: key.expiresAt }),
};
const answered = {
  ...sample,
  mid: "898310148160568",
  tid: "88880001",
  merOrderId: "FIRST-0001",
  refundOrderId: "",
  refundStatus: "PROCESSING",
};
const answerText = JSON.stringify(answered);
/** No partner may have as much: the bench asks more in a second than a share lets through in a minute. */
const endless = { perSecond: 1_000_000, burst: 1_000_000 };
const credentials = { current: async () => platformSecret, afterRejected: async () => undefined };
const directory: PartnerDirectory = {
  find: async () => ({ partner: partnerSecret, isNew: false }),
  findAnew: async () => partnerSecret,
  remember: () => undefined,
};
const handler = createRefundQueryHandler({
  expectedWaits: {},
  authenticatePartner: createAuthenticatePartner({ directory, now }),
  issueToken: createIssueToken({ directory, now }),
  partnerShares: createPartnerShares({
    share: endless,
    store: { spend: async (_, spentMs, fullAt) => Math.max(fullAt, now()) + spentMs },
    now,
  }),
  answerStatusRequest: createAnswerStatusRequest({
    store,
    checkUpstream: createCheckUpstream({
      post: async () => ({ kind: "answer", answer: { status: 200, body: answerText } }),
      authorizeUpstream: createBodySigAuthorization({ credentials, newNonce: newId }),
      needDataTag: false,
      now,
      newId,
      tryMs: 8_000,
    }),
    ladders: defaultLadders,
    times: defaultTimes,
    now,
    random: Math.random,
    newOwner: randomUUID,
    sleep: async () => undefined,
  }),
  log: createLog({ stage: "bench", write: () => undefined, now }),
  now,
});

const context = { awsRequestId: "request", functionName: "bench", getRemainingTimeInMillis: () => 28_000 };
const event = signedEvent("FIRST-0001");
process.stdout.write(JSON.stringify(await cpuPerCall(() => handler(event, { ...context } as never))));
