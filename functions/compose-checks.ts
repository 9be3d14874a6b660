import { createDynamoTokenStore } from "../shared/aws/dynamo-token-store.ts";
import { createPlatformSecret } from "../shared/aws/platform-secret.ts";
import { createPost } from "../shared/chinaums/transport/post.ts";
import { createUpstream } from "../shared/chinaums/upstream.ts";
import { parseLadder, parseLadders } from "../shared/refund/recheck-ladder.ts";
import { compose } from "./compose.ts";
import type { ServiceEnv } from "./service-env.ts";
import type { WarmUpDeps } from "./warm-up.ts";

/** What every function that checks refunds is made of. `concurrency` is the most checks that one instance has under way. */
export function composeChecks(env: ServiceEnv, { concurrency }: { readonly concurrency: number }) {
  const base = compose(env, { concurrency });
  const { secrets, table, now, random, newId, sleep } = base;
  const post = createPost({ baseUrl: env.UPSTREAM_BASE_URL, maxSockets: concurrency, now });
  const credentials = createPlatformSecret({ client: secrets, secretId: env.PLATFORM_SECRET_ID, now });
  const tokenStore = createDynamoTokenStore(table);
  const upstream = createUpstream(env, { post, credentials, tokenStore, now, random, newId, sleep });

  return {
    ...base,
    checkUpstream: upstream.checkUpstream,
    ladders: {
      open: parseLadder(env.OPEN_LADDER),
      byProduct: parseLadders(JSON.parse(env.PRODUCT_LADDERS)),
      notFound: parseLadder(env.NOT_FOUND_LADDER),
    },
    /** Warms up what checks use, and what `own` names beside. Never throws. */
    warmUp: (own: WarmUpDeps["works"]) =>
      base.warmUp({
        platformSecret: credentials.current,
        upstream: post.connect,
        authentication: upstream.authorizeAhead,
        ...own,
      }),
  };
}
