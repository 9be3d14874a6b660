import { dueIndex } from "../../shared/names.ts";
import { defaultLadders, parseLadder } from "../../shared/refund/recheck-ladder.ts";
import type { Episode } from "./faults.ts";
import type { InstanceSettings } from "./instances.ts";
import type { LivenessDeps } from "./liveness.ts";
import { createNewerVersion } from "./newer-version.ts";
import { rowOf } from "./observed-table.ts";
import { createPartnerList } from "./partners.ts";
import { createPeople } from "./people.ts";
import { openSteps, shortLadder, shortSteps } from "./plan-rules.ts";
import { between, magnitude, pick, type Random } from "./random.ts";
import { createReceivers } from "./receivers.ts";
import { createRules } from "./rules.ts";
import { createSecrets, secretOutages } from "./secrets.ts";
import { createService, createTable } from "./service.ts";
import { createTableFaults } from "./table-faults.ts";
import { createTruths, products, type Truth } from "./truth.ts";
import { createUpstream } from "./upstream.ts";
import { createWebhooks } from "./webhooks.ts";
import type { World } from "./world.ts";

export type SystemDeps = {
  readonly world: World;
  readonly refunds: number;
  readonly start: number;
  readonly faultsUntil: number;
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** What must never be stored or logged: a partner's own words, keys, proofs, card numbers. */
const secretTexts =
  /RSV-[a-z]+-shop|KEY-[0-9a-f]{9}|6228 ?4812 ?3456|622848123456|(Signature|AccessToken)=[\\"]*[A-Za-z0-9+/]{8}/;

/** The whole service with everybody around it, all of it set going. */
export function createSystem({ world, refunds, start, faultsUntil }: SystemDeps): Omit<LivenessDeps, "world"> {
  const { random } = world;
  const skewMs = world.has("skew") ? pick(random, [200, 1_500]) : 0;
  const truths = createTruths(random, refunds, start, faultsUntil, world.has("turns"));
  const upstream = createUpstream(world, truths, start, faultsUntil);
  const partners = createPartnerList(world);
  const noSecrets = secretOutages(world, start, faultsUntil);
  const secrets = createSecrets(world, upstream.platform, partners, noSecrets);
  const tableFaults = createTableFaults(world, truths, start, faultsUntil);
  const table = createTable(world);
  const short = parseLadder(shortLadder);
  const mayBeShort = world.has("rollout") && random() < 0.4;
  const shortProduct = random() < 0.3 ? products[1] : undefined;
  const byProduct = shortProduct === undefined ? {} : { [shortProduct]: short };
  let settings: InstanceSettings = {
    scheme: random() < 0.3 ? "access-token" : "body-sig",
    shards: pick(random, [1, 4, 16]),
    concurrency: between(random, 1, 5),
    ladders: { ...defaultLadders, byProduct },
  };
  const { concurrency } = settings;

  const rules = createRules({
    world,
    truths,
    partners,
    questions: upstream.records,
    hasFailedSince: secrets.hasFailedSince,
    laddersOf: (product) =>
      product === shortProduct ? [shortSteps] : mayBeShort ? [openSteps, shortSteps] : [openSteps],
    stored(pk, sk) {
      const item = table.peek({ pk: { S: pk }, sk: { S: sk } });
      return item && rowOf(item);
    },
    secrets: secretTexts,
    skewMs,
  });
  const { invariants, telling, work } = rules;
  // One partner has no webhook.
  const withWebhook = partners.slice(0, -1);
  const webhooks = createWebhooks({
    world,
    partners: withWebhook,
    from: start,
    until: faultsUntil,
    put: secrets.putWebhook,
  });
  const service = createService({
    world,
    table,
    tableFaults,
    upstream,
    secrets,
    rules: telling,
    work,
    earliestDueAt: invariants.earliestDueAt,
    postWebhookOf: createReceivers({
      world,
      webhooks,
      perEndpoint: concurrency,
      onPost: telling.onPost,
      onDelivered: telling.onDelivered,
      onFailed: telling.onFailed,
      act: ({ partner, id }) => people.actOn(partner, id),
    }),
    settings: () => settings,
    groups: pick(random, [1, 2, 4]),
    onWrite(changes, writer) {
      rules.onWrite(changes, writer);
      changes.forEach(people.hearOf);
    },
    onDelete: rules.onDelete,
    onQuestion: invariants.onQuestion,
    secretTexts,
    skewMs,
    tellOutages: world.has("tell-outage") ? tellOutages(random, truths, faultsUntil) : [],
    start,
    faultsUntil,
  });
  const around = { world, truths, partners, webhooks, upstream, secrets, service, rules };
  const people = createPeople({ ...around, skewMs, start, faultsUntil });

  let heldByNewer: (id: string) => readonly Episode[] = () => [];
  if (world.has("rollout")) {
    people.every(8 * dayMs, () => {
      const open = mayBeShort ? pick(random, [defaultLadders.open, short]) : defaultLadders.open;
      settings = { ...settings, shards: pick(random, [1, 4, 16]), ladders: { ...settings.ladders, open } };
      world.note("rollout", `${settings.shards} shards`);
    });
    const { every } = people;
    heldByNewer = createNewerVersion({ world, truths, table: service.tableFor("newer-1"), every, until: faultsUntil });
  }
  const hindrances = ({ id, mid }: Truth): readonly Episode[] => [
    ...upstream.hindrances(mid),
    ...heldByNewer(id),
    ...tableFaults.outages.map((one) => ({ ...one, mode: 0 })),
    ...(world.has("secrets") ? noSecrets : []),
  ];
  const webhookOf = (partnerId: string) => webhooks.find(({ partner }) => partner.partnerId === partnerId);
  return {
    truths,
    upstream,
    invariants,
    indexed: () => table.indexItems(dueIndex).flatMap(({ pk, sk }) => (sk?.S === "STATE" ? [pk?.S ?? ""] : [])),
    hindrances,
    requests: rules.requests,
    telling: {
      rules: telling,
      feedRules: rules.feedRules,
      indexedShards: () => table.indexItems(dueIndex).map(({ dueShard }) => dueShard?.S ?? ""),
      hasWebhook: ({ partnerId }) => webhookOf(partnerId) !== undefined,
      wasAbsent: ({ partnerId }, since, to) => webhookOf(partnerId)?.wasAbsent(since, to) === true,
    },
  };
}

/** Times of hours, each from when refunds are made in a batch, so that many of them are told together afterwards. */
function tellOutages(random: Random, truths: readonly Truth[], until: number): Episode[] {
  return Array.from({ length: 4 }, () => {
    const from = pick(random, truths).firstAskedAt;
    return { from, until: Math.min(from + magnitude(random, 60_000, 6 * hourMs), until), mode: 0 };
  });
}
