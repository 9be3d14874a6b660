import { createAnswerStatusRequest } from "../../functions/refund-query/answer-status-request.ts";
import { createRefundQueryHandler } from "../../functions/refund-query/handler.ts";
import { defaultTimes } from "../../functions/refund-query/status-request.ts";
import { createRefundRecheckHandler } from "../../functions/refund-recheck/handler.ts";
import { createRecheckDue } from "../../functions/refund-recheck/recheck-due.ts";
import { createRefundRecords } from "../../operate/refund-records.ts";
import { createDynamoRecheckStore } from "../../shared/aws/dynamo-recheck-store.ts";
import { createDynamoRefundStore } from "../../shared/aws/dynamo-refund-store.ts";
import { createDynamoShareStore } from "../../shared/aws/dynamo-share-store.ts";
import { createDynamoTokenStore } from "../../shared/aws/dynamo-token-store.ts";
import { createPartnerSecrets } from "../../shared/aws/partner-secrets.ts";
import { createPlatformSecret } from "../../shared/aws/platform-secret.ts";
import * as answerForm from "../../shared/chinaums/refund-query/stored-answer.ts";
import { createUpstream } from "../../shared/chinaums/upstream.ts";
import { createAuthenticatePartner } from "../../shared/partner/authenticate-partner.ts";
import { createIssueToken } from "../../shared/partner/issue-token.ts";
import { createPartnerShares } from "../../shared/partner/partner-shares.ts";
import type { Ladders } from "../../shared/refund/recheck-ladder.ts";
import { createLog } from "../../shared/telemetry/log.ts";
import { tableName } from "./observed-table.ts";
import type { InvocationContext, Process } from "./process.ts";
import type { Random } from "./random.ts";

/** Everything that one instance reaches, as the entries of the functions get it from AWS and the environment. */
export type InstanceDeps = {
  readonly process: Process;
  readonly random: Random;
  readonly client: Parameters<typeof createRefundRecords>[0]["client"];
  readonly secrets: Parameters<typeof createPlatformSecret>[0]["client"];
  readonly post: Parameters<typeof createUpstream>[1]["post"];
  readonly settings: InstanceSettings;
  readonly writeLog: (line: string) => void;
};

/** What a deployment may change between two instances. */
export type InstanceSettings = {
  readonly scheme: "body-sig" | "access-token";
  readonly shards: number;
  readonly concurrency: number;
  readonly ladders: Ladders;
};

export const secretNames = { platform: "platform", partnerPrefix: "partners/" } as const;

/** A function as Lambda calls it. */
export type Handler<Answer> = (event: object, context: InvocationContext) => Promise<Answer>;
export type Answer = { readonly statusCode: number; readonly headers: object; readonly body: string };

/** What `functions/compose.ts` and the entries put together, over effects of the simulation's own. */
function compose({ process, random, client, secrets, post, settings, writeLog }: InstanceDeps) {
  const { now, sleep, newId } = process;
  const table = { client, table: tableName, sleep, random, shards: settings.shards, answerForm };
  const credentials = createPlatformSecret({ client: secrets, secretId: secretNames.platform, now });
  const { checkUpstream } = createUpstream(
    { UPSTREAM_AUTH: settings.scheme, TOKEN_VERSION: "v1", TOKEN_HEADER: "quoted", NEED_DATA_TAG: "false" },
    { post, credentials, tokenStore: createDynamoTokenStore(table), now, random, newId, sleep },
  );
  const log = createLog({ stage: "simulated", write: writeLog, now });
  const common = { checkUpstream, ladders: settings.ladders, now, random, newOwner: newId, sleep };
  return { table, log, common, now, sleep };
}

export function createQueryInstance(deps: InstanceDeps): Handler<Answer> {
  const { table, log, common, now } = compose(deps);
  const partners = createPartnerSecrets({ client: deps.secrets, prefix: secretNames.partnerPrefix, now });
  const handler = createRefundQueryHandler({
    authenticatePartner: createAuthenticatePartner({ directory: partners, now }),
    issueToken: createIssueToken({ directory: partners, now }),
    partnerShares: createPartnerShares({
      share: { perSecond: 10, burst: 50 },
      store: createDynamoShareStore({ ...table, now }),
      now,
    }),
    answerStatusRequest: createAnswerStatusRequest({
      ...common,
      store: createDynamoRefundStore(table),
      times: defaultTimes,
    }),
    log,
    now,
  });
  return handler as unknown as Handler<Answer>;
}

export function createRecheckInstance(deps: InstanceDeps): Handler<object> {
  const { table, log, common, now } = compose(deps);
  const recheckDue = createRecheckDue({
    ...common,
    store: createDynamoRecheckStore({ ...table, now }),
    concurrency: deps.settings.concurrency,
  });
  return createRefundRecheckHandler({ recheckDue, log, now }) as unknown as Handler<object>;
}

/** The operator's command line, as far as it changes anything. */
export function createOperator({ client, process }: Pick<InstanceDeps, "client" | "process">) {
  const records = createRefundRecords({ client, table: tableName });
  return async (mid: string, merOrderId: string, product: string): Promise<void> => {
    const [found] = await records.find(mid, merOrderId, [product]);
    if (found?.kind === "readable") await records.makeDue(found.refund, process.now());
  };
}
