import { createDynamoFeedStore } from "../../shared/aws/dynamo-feed-store.ts";
import { createDynamoShareStore } from "../../shared/aws/dynamo-share-store.ts";
import { createDynamoWatchStore } from "../../shared/aws/dynamo-watch-store.ts";
import { createPartnerSecrets } from "../../shared/aws/partner-secrets.ts";
import { createAuthenticatePartner } from "../../shared/partner/authenticate-partner.ts";
import { createPartnerShares } from "../../shared/partner/partner-shares.ts";
import { parseWaits } from "../../shared/refund/recheck-ladder.ts";
import { compose } from "../compose.ts";
import { refundFeedEnvSchema } from "./env.ts";
import { createRefundFeedHandler } from "./handler.ts";
import { createReadChanges } from "./read-changes.ts";

const env = refundFeedEnvSchema.parse(process.env);
const { secrets, storeDeps, log, now, warmUp } = compose(env, { concurrency: 50 });
const directory = createPartnerSecrets({ client: secrets, prefix: env.PARTNER_SECRET_PREFIX, now });
const feed = createDynamoFeedStore(storeDeps);

export const handler = createRefundFeedHandler({
  authenticatePartner: createAuthenticatePartner({ directory, now }),
  partnerShares: createPartnerShares({
    share: { perSecond: Number(env.PARTNER_PER_SECOND), burst: Number(env.PARTNER_BURST) },
    store: createDynamoShareStore(storeDeps),
    now,
  }),
  expectedWaits: parseWaits(JSON.parse(env.EXPECTED_WAITS)),
  store: createDynamoWatchStore(storeDeps),
  readChanges: createReadChanges({ store: feed, now }),
  log,
  now,
});

await warmUp({ table: () => feed.lastPage("-") });
