import { createDynamoRefundStore } from "../../shared/aws/dynamo-refund-store.ts";
import { createDynamoShareStore } from "../../shared/aws/dynamo-share-store.ts";
import { createPartnerSecrets } from "../../shared/aws/partner-secrets.ts";
import { createAuthenticatePartner } from "../../shared/partner/authenticate-partner.ts";
import { createIssueToken } from "../../shared/partner/issue-token.ts";
import { createPartnerShares } from "../../shared/partner/partner-shares.ts";
import { parseWaits } from "../../shared/refund/recheck-ladder.ts";
import { composeChecks } from "../compose-checks.ts";
import { createAnswerStatusRequest } from "./answer-status-request.ts";
import { refundQueryEnvSchema } from "./env.ts";
import { createRefundQueryHandler } from "./handler.ts";
import { defaultTimes } from "./status-request.ts";

const env = refundQueryEnvSchema.parse(process.env);
const { secrets, storeDeps, checkUpstream, ladders, log, now, random, newOwner, sleep, warmUp } = composeChecks(env, {
  concurrency: 50,
});
const store = createDynamoRefundStore(storeDeps);
const directory = createPartnerSecrets({ client: secrets, prefix: env.PARTNER_SECRET_PREFIX, now });

export const handler = createRefundQueryHandler({
  authenticatePartner: createAuthenticatePartner({ directory, now }),
  issueToken: createIssueToken({ directory, now }),
  partnerShares: createPartnerShares({
    share: { perSecond: Number(env.PARTNER_PER_SECOND), burst: Number(env.PARTNER_BURST) },
    store: createDynamoShareStore(storeDeps),
    now,
  }),
  expectedWaits: parseWaits(JSON.parse(env.EXPECTED_WAITS)),
  answerStatusRequest: createAnswerStatusRequest({
    store,
    checkUpstream,
    ladders,
    times: defaultTimes,
    now,
    random,
    newOwner,
    sleep,
  }),
  log,
  now,
});

await warmUp({ table: () => store.read({ mid: "-", instMid: "-", merOrderId: "-" }) });
