import { fromItem } from "../../shared/aws/attributes.ts";
import { dueIndex } from "../../shared/names.ts";
import { defaultLadders, parseLadder, totalMs } from "../../shared/refund/recheck-ladder.ts";
import type { Episode } from "./faults.ts";
import { createFeedRules } from "./feed-rules.ts";
import {
  type Answer,
  createOperator,
  createQueryInstance,
  createRecheckInstance,
  type InstanceDeps,
  type InstanceSettings,
} from "./instances.ts";
import { createInvariants } from "./invariants.ts";
import { createLambda, type Lambda } from "./lambda.ts";
import type { LivenessDeps } from "./liveness.ts";
import { createNewerVersion } from "./newer-version.ts";
import { type Change, observed, tableName } from "./observed-table.ts";
import { createPartnerList, createPartners } from "./partners.ts";
import { createProcess, type Process } from "./process.ts";
import { between, magnitude, pick } from "./random.ts";
import { createReaders } from "./readers.ts";
import { createReceivers } from "./receivers.ts";
import { createSchedule } from "./schedule.ts";
import { createSecrets, secretOutages } from "./secrets.ts";
import { createStream } from "./stream.ts";
import type { Item } from "./table/attribute-values.ts";
import { createFaultyClient } from "./table/faulty-client.ts";
import { createSimulatedTable } from "./table/simulated-table.ts";
import { createTableFaults } from "./table-faults.ts";
import { createFeedInstance, createTellInstance } from "./tell-instances.ts";
import { createTellRules } from "./tell-rules.ts";
import { createTold } from "./told.ts";
import { createTruths, type Truth } from "./truth.ts";
import { createUpstream } from "./upstream.ts";
import { createWatchers } from "./watchers.ts";
import { createWork } from "./work.ts";
import type { World } from "./world.ts";

export type SystemDeps = {
  readonly world: World;
  readonly refunds: number;
  readonly start: number;
  readonly faultsUntil: number;
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Another ladder that a deployment may be set up with. */
const shortLadder = parseLadder("1m*3 10m 1h 6h*4");
/** What must never be stored or logged: a partner's own words, keys, card numbers. */
const secretTexts = /RSV-|KEY-[0-9a-f]{9}|6228 ?4812 ?3456|622848123456/;

/** The whole service with everybody around it, all of it set going. */
export function createSystem({ world, refunds, start, faultsUntil }: SystemDeps): Omit<LivenessDeps, "world"> {
  const { clock, random } = world;
  const skewMs = world.has("skew") ? pick(random, [200, 1_500]) : 0;
  const truths = createTruths(random, refunds, start, faultsUntil, world.has("turns"));
  const upstream = createUpstream(world, truths, start, faultsUntil);
  const partners = createPartnerList(world);
  const noSecrets = secretOutages(world, start, faultsUntil);
  const secrets = createSecrets(world, upstream.platform, partners, noSecrets);
  const tableFaults = createTableFaults(world, start, faultsUntil);
  let settings: InstanceSettings = {
    scheme: random() < 0.3 ? "access-token" : "body-sig",
    shards: pick(random, [1, 4, 16]),
    concurrency: between(random, 1, 5),
    ladders: defaultLadders,
  };
  const { concurrency } = settings;
  const groupCount = pick(random, [1, 2, 4]);
  const groups = Array.from({ length: groupCount }, (_, group) =>
    Array.from({ length: 16 / groupCount }, (_, i) => String(group + i * groupCount)),
  );

  const askers = new Map<string, { tids: Set<string>; partners: Set<string>; requests: number }>(
    truths.map(({ id }) => [id, { tids: new Set(), partners: new Set(), requests: 0 }]),
  );
  const otherLadder = world.has("rollout") && random() < 0.4 ? shortLadder : defaultLadders.open;
  const ladderMs = totalMs(otherLadder);
  const invariants = createInvariants({
    world,
    questions: upstream.records,
    askers,
    ladderMs,
    skewMs,
    secrets: secretTexts,
  });
  const table = createSimulatedTable({
    name: tableName,
    indexes: [{ name: dueIndex, hash: "dueShard", range: "dueAt", projection: "KEYS_ONLY" }],
    numericKeys: ["dueAt"],
    now: clock.now,
    indexLagMs: () => (world.rate("index-lag") > 0 ? magnitude(random, 1, 5_000) : 0),
  });
  const readRow = (pk: string, sk: string) => {
    const Key = { pk: { S: pk }, sk: { S: sk } };
    const { Item } = table.execute("GetItem", { TableName: tableName, Key }) as { Item?: Item };
    return Item && fromItem(Item);
  };
  const tableFor = (writer: string) =>
    observed(table, (changes) => {
      invariants.onWrite(changes, writer, readRow);
      rules.onWrite(changes, writer);
      work.onWrite(changes, writer);
      stream.onWrite(changes);
      schedule.arm();
      tellSchedule.arm();
      changes.forEach(hearOf);
    });

  const rules = createTellRules({ world, invariants, partners, hasFailedSince: secrets.hasFailedSince, skewMs });
  const feedRules = createFeedRules({ world, invariants, rules });
  const work = createWork(world, invariants, (process) => troubled.has(process));
  let made = 0;
  /** Those that could not renew their right to sweep, so that another may have it while they end. */
  const troubled = new WeakSet<Process>();
  const onAsked = (process: Process, group: () => string) => (id: string) => {
    invariants.onQuestion(id, process);
    if (group() === "query") return;
    const asking = upstream.inFlight(group()).filter((one) => !one.wasFrozen() && !troubled.has(one));
    const isTooMuch = asking.length >= concurrency && !process.wasFrozen() && !troubled.has(process);
    const who = [...asking, process].map(({ name }) => name);
    if (isTooMuch) world.violate("a group has no more questions under way than agreed", `${who} of ${concurrency}`);
  };

  function startInstance(kind: string): InstanceDeps & { readonly sweeps: { group: string } } {
    const process = createProcess(world, `${kind}-${++made}`, between(random, -skewMs, skewMs + 1));
    const sweeps = { group: kind };
    const group = () => sweeps.group;
    const client = createFaultyClient({
      table: tableFor(process.name),
      faults: tableFaults,
      random,
      now: clock.now,
      sleep: process.sleep,
      maxAttempts: 3,
      tell: ({ operation, came }) => {
        if (came !== "done") world.note(`table ${came}`, `${process.name} ${operation}`);
        if (came !== "done" && operation === "PutItem") troubled.add(process);
      },
    });
    return {
      sweeps,
      process,
      random,
      client,
      secrets: secrets.clientOf(process) as unknown as InstanceDeps["secrets"],
      settings,
      post: upstream.createPost(process, group, onAsked(process, group), (id) => work.onProof(id, process.name)),
      writeLog: (line: string) => {
        if (secretTexts.test(line)) world.violate("nothing secret is logged", line);
      },
    };
  }

  const query = createLambda({
    world,
    limitMs: 28_000,
    start: () => {
      const deps = startInstance("query");
      return { process: deps.process, handler: work.watched(deps.process, createQueryInstance(deps)) };
    },
  });
  const recheck = createLambda<object>({
    world,
    limitMs: 300_000,
    start: () => {
      const deps = startInstance("recheck");
      const watched = work.watched(deps.process, createRecheckInstance(deps));
      return {
        process: deps.process,
        handler: (event, context) => {
          deps.sweeps.group = JSON.stringify(event);
          troubled.delete(deps.process);
          return watched(event, context);
        },
      };
    },
  });
  const schedule = createSchedule({ world, groups, lambda: recheck, earliestDueAt: invariants.earliestDueAt });
  const tell = createLambda<object>({
    world,
    limitMs: 60_000,
    start: () => {
      const deps = startInstance("tell");
      const postWebhook = receivers.createPost(deps.process);
      return { process: deps.process, handler: createTellInstance({ ...deps, postWebhook }) };
    },
  });
  const stream = createStream(world, tell, start, faultsUntil);
  const tellSchedule = createSchedule({
    world,
    groups: [groups.flat()],
    lambda: tell,
    earliestDueAt: rules.earliestDueAt,
  });
  const feed = createLambda({
    world,
    limitMs: 28_000,
    start: () => {
      const deps = startInstance("feed");
      return { process: deps.process, handler: createFeedInstance(deps) };
    },
  });
  const callOf = (lambda: Lambda<Answer>) => async (event: object) => {
    const { ended, process } = await lambda.invoke(event);
    return { answer: ended.kind === "answered" ? ended.value : undefined, servedBy: process.name };
  };

  const { plan, askAgain } = createPartners(
    {
      world,
      call: callOf(query),
      onAsk: ({ kind, truth, tid, partner }) => {
        const asked = askers.get(truth.id);
        if (asked === undefined) return;
        asked.requests++;
        if (kind !== "own") return;
        asked.tids.add(tid);
        asked.partners.add(partner.partnerId);
      },
      onHeard: createTold({ world, invariants, questions: upstream.records, skewMs }),
    },
    partners,
  );
  truths.forEach(plan);
  const watchers = createWatchers({
    world,
    truths,
    partners,
    call: callOf(feed),
    onWatch: ({ partnerId }, { truth, tid }) => {
      const asked = askers.get(truth.id);
      asked?.tids.add(tid);
      asked?.partners.add(partnerId);
      if (asked) asked.requests++;
    },
    onHeard: feedRules.onWatched,
  });
  truths.forEach(watchers.plan);
  const readers = createReaders({
    world,
    call: callOf(feed),
    onRead: feedRules.onRead,
    onStored: feedRules.onStored,
    hasMore: ({ partnerId }, cursor) => feedRules.hasMore(partnerId, cursor),
  });
  /** What partners do about a write, whether they know of it or are only impatient. */
  function hearOf({ pk, sk, before, after }: Change): void {
    const partnerNamed = (name: string) => partners.find(({ partnerId }) => partnerId === name);
    if (sk.startsWith("PAGE#")) {
      const partner = partnerNamed(pk.slice("FEED#".length));
      if (partner !== undefined) readers.wake(partner);
    }
    if (sk !== "STATE" || after.state !== "needs_review" || before?.state === "needs_review" || random() < 0.2) return;
    // Somebody waits for a refund that takes so long, and asks just then.
    const partner = Array.isArray(after.partners) ? partnerNamed(pick(random, after.partners)) : undefined;
    const truth = truths.find(({ id }) => pk === `REFUND#${id}`);
    if (partner === undefined || truth === undefined) return;
    clock.at(clock.now() + magnitude(random, 1_000, 2 * 60_000), () => void askAgain(partner, truth));
  }
  const receivers = createReceivers({
    world,
    // One partner has no webhook.
    partners: partners.slice(0, -1),
    from: start,
    until: faultsUntil,
    put: secrets.putWebhook,
    onPost: rules.onPost,
    onDelivered: rules.onDelivered,
    act: async ({ partner, id }) => {
      const truth = truths.find((one) => one.id === rules.eventById(id)?.refund);
      if (truth !== undefined && random() < 0.3) await askAgain(partner, truth);
    },
  });

  /** Does something again and again while there are faults. */
  function every(meanMs: number, act: () => void): void {
    const at = clock.now() + magnitude(random, meanMs / 10, meanMs * 2);
    if (at >= faultsUntil) return;
    clock.at(at, () => {
      act();
      every(meanMs, act);
    });
  }
  function recheckByHand(chosen: readonly Truth[]): void {
    const { client, process } = startInstance("operator");
    const recheck = createOperator({ client, process });
    world.note("operator", `rechecks ${chosen.map(({ id }) => id)}`);
    void process.invoke(10 * 60_000, async () => {
      for (const { mid, merOrderId, instMid } of chosen) await recheck(mid, merOrderId, instMid).catch(() => undefined);
    });
  }
  every(3 * dayMs, () => recheckByHand([pick(random, truths)]));
  // Told by an alarm, somebody has all that is open checked at once, when that does not help at all.
  for (const { from, until } of upstream.outages) {
    clock.at(between(random, from, until), () => recheckByHand(truths.filter(({ id }) => invariants.isOpen(id))));
  }
  if (world.has("rotation")) {
    every(10 * dayMs, secrets.rotatePlatform);
    every(10 * dayMs, secrets.rotatePartner);
  }
  if (world.has("webhook-changes")) every(8 * dayMs, receivers.change);
  if (world.has("lost-merchant")) clock.at(between(random, start, faultsUntil), secrets.loseMerchant);
  let heldByNewer: (id: string) => readonly Episode[] = () => [];
  if (world.has("rollout")) {
    every(8 * dayMs, () => {
      const open = pick(random, [defaultLadders.open, otherLadder]);
      settings = { ...settings, shards: pick(random, [1, 4, 16]), ladders: { ...defaultLadders, open } };
      world.note("rollout", `${settings.shards} shards`);
    });
    heldByNewer = createNewerVersion({ world, truths, table: tableFor("newer-1"), every, until: faultsUntil });
  }
  const hindrances = ({ id, mid }: Truth): readonly Episode[] => [
    ...upstream.hindrances(mid),
    ...heldByNewer(id),
    ...tableFaults.outages.map((one) => ({ ...one, mode: 0 })),
    ...(world.has("secrets") ? noSecrets : []),
  ];
  return {
    truths,
    upstream,
    invariants,
    indexed: () => table.indexItems(dueIndex).flatMap(({ pk, sk }) => (sk?.S === "STATE" ? [pk?.S ?? ""] : [])),
    hindrances,
    requests: (id) => askers.get(id)?.requests ?? 0,
    telling: {
      rules,
      feedRules,
      indexedShards: () => table.indexItems(dueIndex).map(({ dueShard }) => dueShard?.S ?? ""),
      hasWebhook: receivers.hasWebhook,
      wasAbsent: receivers.wasAbsent,
    },
  };
}
