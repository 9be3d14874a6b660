import { type GetSecretValueCommand, ResourceNotFoundException } from "@aws-sdk/client-secrets-manager";
import { fromItem } from "../../shared/aws/attributes.ts";
import { dueIndex } from "../../shared/names.ts";
import { defaultLadders, parseLadder } from "../../shared/refund/recheck-ladder.ts";
import { episodes, type FaultKind, faultKinds, faultShares, isIn } from "./faults.ts";
import {
  createOperator,
  createQueryInstance,
  createRecheckInstance,
  type InstanceDeps,
  type InstanceSettings,
  secretNames,
} from "./instances.ts";
import { createInvariants } from "./invariants.ts";
import { createLambda } from "./lambda.ts";
import { checkLiveness } from "./liveness.ts";
import { createNewerVersion } from "./newer-version.ts";
import { observed, tableName } from "./observed-table.ts";
import { type Ask, createPartnerList, createPartners } from "./partners.ts";
import { createProcess, type Process } from "./process.ts";
import { between, createRandom, hex, magnitude, pick, type Random } from "./random.ts";
import { createSchedule } from "./schedule.ts";
import { createScheduler } from "./scheduler.ts";
import type { Item } from "./table/attribute-values.ts";
import { createFaultyClient, type Faults } from "./table/faulty-client.ts";
import { createSimulatedTable } from "./table/simulated-table.ts";
import { createTold } from "./told.ts";
import { createTruths } from "./truth.ts";
import { createUpstream } from "./upstream.ts";
import { createTrace, type Violation, type World } from "./world.ts";

/** What decides all of one simulated history. */
export type HistoryOptions = {
  readonly seed: number;
  readonly refunds: number;
  /** Days in which partners begin to ask and faults happen; some days without faults follow. */
  readonly days: number;
  /** The rate of faults, 0 to 1. */
  readonly faults: number;
  /** The kinds of faults that may come; by default the seed chooses some. */
  readonly only?: readonly FaultKind[] | undefined;
};

export type HistoryResult = {
  readonly trace: string;
  readonly violations: readonly Violation[];
  readonly lastSteps: readonly string[];
  readonly kinds: readonly FaultKind[];
  readonly counts: Readonly<Record<string, number>>;
  readonly simulatedDays: number;
  readonly refunds: number;
  readonly final: number;
  /** The longest times in ms, from when a refund could be proved final until it was. */
  readonly delaysMs: readonly number[];
};

const start = Date.UTC(2026, 0, 5);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Without faults everything must come to its end in this time. */
const calmDays = 4;

/** Runs one history to its end, or to its first violation. */
export async function runHistory(options: HistoryOptions): Promise<HistoryResult> {
  const random = createRandom(options.seed);
  const clock = createScheduler(start);
  const trace = createTrace(clock.now);
  const violations: Violation[] = [];
  const faultsUntil = start + options.days * dayMs;
  const shares = chooseShares(random, options);
  const world: World = {
    clock,
    random,
    rate: (kind) => (clock.now() < faultsUntil ? options.faults * (shares.get(kind) ?? 0) : 0),
    strikes: (kind) => random() < world.rate(kind),
    note: trace.note,
    violate(rule, what) {
      trace.note("VIOLATION", `${rule}: ${what}`);
      violations.push({ at: clock.now(), rule, what });
    },
  };
  const system = createSystem(world, options, faultsUntil);
  const end = faultsUntil + calmDays * dayMs;
  await clock.run(end, () => violations.length > 0);
  const delaysMs = violations.length > 0 ? [] : checkLiveness({ ...system, world });
  return {
    trace: trace.digest(),
    violations,
    lastSteps: trace.lastSteps(),
    kinds: [...shares.keys()],
    counts: trace.counts(),
    simulatedDays: (clock.now() - start) / dayMs,
    refunds: options.refunds,
    final: system.truths.filter(({ id }) => system.invariants.finalSince(id) !== undefined).length,
    delaysMs,
  };
}

/** Not every kind comes in every history, because some hide what others would show. */
function chooseShares(random: Random, { only }: HistoryOptions): Map<FaultKind, number> {
  const chosen = new Map<FaultKind, number>();
  for (const kind of faultKinds) {
    const [isChosen, weight] = [random() < 0.7, 0.3 + 1.7 * random()];
    if (only === undefined ? isChosen : only.includes(kind)) chosen.set(kind, faultShares[kind] * weight);
  }
  return chosen;
}

function createSystem(world: World, options: HistoryOptions, faultsUntil: number) {
  const { clock, random } = world;
  const happens = (kind: FaultKind) => world.rate(kind) > 0;
  const skewMs = happens("skew") ? pick(random, [200, 1_500]) : 0;
  const truths = createTruths(random, options.refunds, start, faultsUntil, happens("turns"));
  const upstream = createUpstream(world, truths, start, faultsUntil);
  const partners = createPartnerList(world);
  const groupCount = pick(random, [1, 2, 4]);
  const groups = Array.from({ length: groupCount }, (_, group) =>
    Array.from({ length: 16 / groupCount }, (_, i) => String(group + i * groupCount)),
  );
  let settings: InstanceSettings = {
    scheme: random() < 0.3 ? "access-token" : "body-sig",
    shards: pick(random, [1, 4, 16]),
    concurrency: between(random, 1, 5),
    ladders: defaultLadders,
  };
  const concurrency = settings.concurrency;

  const table = createSimulatedTable({
    name: tableName,
    indexes: [{ name: dueIndex, hash: "dueShard", range: "dueAt", projection: "KEYS_ONLY" }],
    numericKeys: ["dueAt"],
    now: clock.now,
    indexLagMs: () => (happens("index-lag") ? magnitude(random, 1, 5_000) : 0),
  });
  const askers = new Map<string, { tids: Set<string>; partners: Set<string> }>();
  const askersOf = (id: string) => {
    const found = askers.get(id) ?? { tids: new Set(), partners: new Set() };
    askers.set(id, found);
    return found;
  };
  const secrets = /RSV-|KEY-[0-9a-f]{9}|6228 ?4812 ?3456|622848123456/;
  const invariants = createInvariants({
    world,
    truths: new Map(truths.map((truth) => [truth.id, truth])),
    questions: upstream.records,
    askers: askersOf,
    skewMs,
    secrets,
  });
  const dueAtOf = new Map<string, { readonly shard: string; readonly dueAt: number }>();
  const tableFor = (writer: string) =>
    observed(table, (changes) => {
      invariants.onWrite(
        changes,
        writer,
        (pk, sk) => changes.find((one) => one.pk === pk && one.sk === sk)?.after ?? readRow(pk, sk),
      );
      for (const { pk, sk, after } of changes) {
        if (sk !== "STATE") continue;
        if (after.dueAt === undefined) dueAtOf.delete(pk);
        else dueAtOf.set(pk, { shard: String(after.dueShard), dueAt: Number(after.dueAt) });
      }
      schedule.arm();
    });
  const readRow = (pk: string, sk: string) => {
    const Key = { pk: { S: pk }, sk: { S: sk } };
    const { Item } = table.execute("GetItem", { TableName: tableName, Key }) as { Item?: Item };
    return Item && fromItem(Item);
  };

  const tableOutages = episodes(random, start, faultsUntil, 3 * hourMs).map((one) => ({
    ...one,
    fails: one.mode < 0.7 ? ("calls" as const) : ("batches" as const),
  }));
  const rateOf = (kind: FaultKind) => world.rate(kind);
  const faults: Faults = {
    latencyMs: [1, 9],
    lateMs: [0, 40_000],
    timeoutMs: 3_000,
    get throttled() {
      return rateOf("throttling");
    },
    get conflict() {
      return rateOf("conflicts");
    },
    get lostRequest() {
      return rateOf("lost-answers") / 2;
    },
    get lostAnswer() {
      return rateOf("lost-answers");
    },
    get lateRequest() {
      return rateOf("late-writes");
    },
    get partialBatch() {
      return rateOf("partial-batches");
    },
    get outages() {
      return happens("table-outage") ? tableOutages : [];
    },
  };

  const secretValues = new Map<string, string>();
  const putPartnerSecret = (partner: (typeof partners)[number]) => {
    const { partnerId, appId, keys, mids } = partner;
    secretValues.set(
      secretNames.partnerPrefix + appId,
      JSON.stringify({ partnerId, appId, appKeys: keys.slice(-2), mids }),
    );
  };
  const putPlatformSecret = () => {
    const { appId } = upstream.platform;
    secretValues.set(secretNames.platform, JSON.stringify({ appId, appKey: upstream.platform.newestKey() }));
  };
  partners.forEach(putPartnerSecret);
  putPlatformSecret();
  const secretOutages = episodes(random, start, faultsUntil, hourMs);

  let made = 0;
  const troubled = new WeakSet<Process>();
  function startInstance(kind: string): InstanceDeps & { readonly sweeps: { group: string } } {
    const process = createProcess(world, `${kind}-${++made}`, between(random, -skewMs, skewMs + 1));
    const faulty = createFaultyClient({
      table: tableFor(process.name),
      faults,
      random,
      now: clock.now,
      sleep: process.sleep,
      maxAttempts: 3,
      tell: ({ operation, came }) => {
        if (came !== "done") world.note(`table ${came}`, `${process.name} ${operation}`);
      },
    });
    const client = {
      async send(command: { input: { Item?: { pk?: { S?: string } } } }) {
        try {
          return await faulty.send(command as never);
        } catch (error) {
          const isSweep = command.input.Item?.pk?.S?.startsWith("SWEEP#");
          if (isSweep && (error as Error).name !== "ConditionalCheckFailedException") troubled.add(process);
          throw error;
        }
      },
    } as unknown as InstanceDeps["client"];
    const secretsClient = {
      async send(command: GetSecretValueCommand) {
        await process.sleep(between(random, 1, 30));
        const isOut = happens("secrets") && isIn(secretOutages, clock.now()) !== undefined;
        if (isOut || world.strikes("secrets"))
          throw Object.assign(new Error("out of reach"), { name: "InternalServiceError" });
        const SecretString = secretValues.get(String(command.input.SecretId));
        if (SecretString === undefined) throw new ResourceNotFoundException({ message: "none", $metadata: {} });
        return { SecretString };
      },
    } as unknown as InstanceDeps["secrets"];
    const sweeps = { group: kind };
    const group = () => sweeps.group;
    return {
      sweeps,
      process,
      random,
      client,
      secrets: secretsClient,
      settings,
      post: upstream.createPost(process, group, onAsked(process, group)),
      writeLog: (line: string) => {
        if (secrets.test(line)) world.violate("nothing secret is logged", line);
      },
    };
  }

  const onAsked = (process: Process, group: () => string) => (id: string) => {
    invariants.onQuestion(id, process.name);
    if (group() === "query") return;
    const asking = upstream.inFlight(group()).filter((one) => !one.wasFrozen() && !troubled.has(one));
    if (asking.length >= concurrency) {
      world.violate(
        "a group has no more questions under way than agreed",
        `${asking.map(({ name }) => name)} and ${process.name}`,
      );
    }
  };

  const query = createLambda({
    world,
    limitMs: 28_000,
    start: () => {
      const deps = startInstance("query");
      return { process: deps.process, handler: createQueryInstance(deps) };
    },
  });
  const recheck = createLambda<object>({
    world,
    limitMs: 300_000,
    start: () => {
      const deps = startInstance("recheck");
      const handler = createRecheckInstance(deps);
      return {
        process: deps.process,
        handler: (event, context) => {
          deps.sweeps.group = JSON.stringify(event);
          troubled.delete(deps.process);
          return handler(event, context);
        },
      };
    },
  });
  const schedule = createSchedule({
    world,
    groups,
    recheck,
    earliestDueAt: (shards) => {
      let earliest: number | undefined;
      for (const { shard, dueAt } of dueAtOf.values()) {
        if (dueAt < (earliest ?? Infinity) && shards.includes(shard)) earliest = dueAt;
      }
      return earliest;
    },
  });

  const told = createTold({ world, invariants, questions: upstream.records, skewMs });
  const { plan } = createPartners(
    {
      world,
      call: async (event) => {
        const ended = await query.invoke(event);
        return ended.kind === "answered" ? ended.value : undefined;
      },
      onAsk: ({ kind, truth, tid, partner }: Ask) => {
        if (kind !== "own") return;
        askersOf(truth.id).tids.add(tid);
        askersOf(truth.id).partners.add(partner.partnerId);
      },
      onHeard: told,
    },
    partners,
  );
  truths.forEach(plan);

  /** Does something again and again while there are faults. */
  function every(meanMs: number, act: () => void): void {
    const at = clock.now() + magnitude(random, meanMs / 10, meanMs * 2);
    if (at >= faultsUntil) return;
    clock.at(at, () => {
      act();
      every(meanMs, act);
    });
  }
  every(3 * dayMs, () => {
    const { mid, merOrderId, instMid, id } = pick(random, truths);
    world.note("operator", `rechecks ${id}`);
    const { client, process } = startInstance("operator");
    void process.invoke(60_000, () => createOperator({ client, process })(mid, merOrderId, instMid));
  });
  if (happens("rotation")) {
    every(10 * dayMs, () => {
      world.note("rotation", "platform");
      upstream.platform.rotate(clock.now() + pick(random, [0, hourMs]));
      clock.at(clock.now() + magnitude(random, 1_000, hourMs), putPlatformSecret);
    });
    every(10 * dayMs, () => {
      const partner = pick(random, partners);
      world.note("rotation", partner.partnerId);
      const key = `KEY-${hex(random, 28)}`;
      const { partnerId, appId, keys, mids } = partner;
      const appKeys = [...keys.slice(-1), key];
      secretValues.set(secretNames.partnerPrefix + appId, JSON.stringify({ partnerId, appId, appKeys, mids }));
      clock.at(clock.now() + hourMs, () => partner.keys.push(key));
    });
  }
  if (happens("rollout")) {
    every(8 * dayMs, () => {
      const ladders = {
        ...defaultLadders,
        open: parseLadder(pick(random, ["1m*5 5m 10m 20m 30m 1h 2h*2 4h*5 6h*8 12h*10", "1m*3 10m 1h 6h*4"])),
      };
      settings = { ...settings, shards: pick(random, [1, 4, 16]), ladders };
      world.note("rollout", `${settings.shards} shards`);
    });
    createNewerVersion({ world, truths, table: tableFor("newer-1"), every, until: faultsUntil });
  }
  return { truths, upstream, invariants, askersOf, table, groups, faultsUntil, start };
}
