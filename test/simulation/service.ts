import { dueIndex } from "../../shared/names.ts";
import type { Episode } from "./faults.ts";
import {
  type Answer,
  createQueryInstance,
  createRecheckInstance,
  type InstanceDeps,
  type InstanceSettings,
} from "./instances.ts";
import { createLambda } from "./lambda.ts";
import { type Change, observed, type Row, tableName } from "./observed-table.ts";
import { createProcess, type Process } from "./process.ts";
import { between, magnitude } from "./random.ts";
import type { createReceivers } from "./receivers.ts";
import { createSchedule } from "./schedule.ts";
import type { createSecrets } from "./secrets.ts";
import { createStandstill, createSweepStandstill } from "./standstill.ts";
import { createStream } from "./stream.ts";
import { createFaultyClient, type Faults } from "./table/faulty-client.ts";
import { createSimulatedTable, type SimulatedTable } from "./table/simulated-table.ts";
import { createFeedInstance, createTellInstance } from "./tell-instances.ts";
import type { TellRules } from "./tell-rules.ts";
import type { Upstream } from "./upstream.ts";
import type { Work } from "./work.ts";
import type { World } from "./world.ts";

/** The table of one history. */
export function createTable(world: World): SimulatedTable {
  return createSimulatedTable({
    name: tableName,
    indexes: [{ name: dueIndex, hash: "dueShard", range: "dueAt", projection: "KEYS_ONLY" }],
    numericKeys: ["dueAt"],
    now: world.clock.now,
    indexLagMs: () => (world.rate("index-lag") > 0 ? magnitude(world.random, 1, 5_000) : 0),
  });
}

export type ServiceDeps = {
  readonly world: World;
  readonly table: SimulatedTable;
  readonly tableFaults: Faults;
  readonly upstream: Upstream;
  readonly secrets: ReturnType<typeof createSecrets>;
  readonly rules: TellRules;
  readonly work: Work;
  readonly earliestDueAt: (shards: readonly string[]) => number | undefined;
  readonly postWebhookOf: ReturnType<typeof createReceivers>;
  /** What instances that start now are set up with. */
  readonly settings: () => InstanceSettings;
  /** How many groups the shards of the rechecks are in. */
  readonly groups: number;
  /** Hears of every write, with who wrote it. */
  readonly onWrite: (changes: readonly Change[], writer: string) => void;
  readonly onDelete: (pk: string, sk: string, before: Row) => void;
  readonly onQuestion: (id: string, tid: string, process: Process) => void;
  /** What must never be logged. */
  readonly secretTexts: RegExp;
  readonly skewMs: number;
  /** Times in which nobody is told. */
  readonly tellOutages: readonly Episode[];
  readonly start: number;
  readonly faultsUntil: number;
};

/** The functions with their instances, schedules and stream, over one table. */
export function createService(deps: ServiceDeps) {
  const { world, table, upstream, secrets, rules, work, settings, skewMs, start, faultsUntil } = deps;
  const { clock, random } = world;
  let made = 0;
  const tellOutages = [...deps.tellOutages];
  const standStill = createStandstill(world, tellOutages);
  const sweepStandsStill = createSweepStandstill(world);

  const tableFor = (writer: string, onOwnWrite: (changes: readonly Change[]) => void = () => {}) =>
    observed(table, {
      onDelete: deps.onDelete,
      onWrite(changes) {
        deps.onWrite(changes, writer);
        onOwnWrite(changes);
        stream.onWrite(changes);
        schedule.arm();
        tellSchedule.arm();
      },
    });

  /** The right to ask is the group's, so `group` says for which one an instance asks just now. */
  function startInstance(
    kind: string,
    group = () => kind,
    onWrite?: (changes: readonly Change[]) => void,
  ): InstanceDeps {
    const process = createProcess(world, `${kind}-${++made}`, between(random, -skewMs, skewMs + 1));
    const { concurrency } = settings();
    const client = createFaultyClient({
      table: tableFor(process.name, onWrite),
      faults: deps.tableFaults,
      random,
      now: clock.now,
      sleep: process.sleep,
      maxAttempts: 3,
      tell: ({ operation, came }) => {
        if (came === "done") return;
        world.note(`table ${came}`, `${process.name} ${operation}`);
        if (operation === "PutItem") work.onTrouble(process);
      },
    });
    const onAsked = (id: string, tid: string) => {
      deps.onQuestion(id, tid, process);
      if (group() !== "query") work.checkUnderWay(process, upstream.inFlight(group()), concurrency);
    };
    return {
      process,
      random,
      client,
      secrets: secrets.clientOf(process) as unknown as InstanceDeps["secrets"],
      settings: settings(),
      post: upstream.createPost(process, group, onAsked, {
        onProof: (id) => work.onProof(id, process.name),
        onRefused: (isRefused) => work.onRefused(process, isRefused, concurrency),
      }),
      writeLog: (line: string) => {
        if (deps.secretTexts.test(line)) world.violate("nothing secret is logged", line);
      },
    };
  }

  const query = createLambda({
    world,
    limitMs: 28_000,
    start: () => {
      const own = startInstance("query");
      return { process: own.process, handler: work.watched(own.process, createQueryInstance(own)) };
    },
  });
  const recheck = createLambda<object>({
    world,
    limitMs: 300_000,
    start: () => {
      let group = "recheck";
      const own = startInstance(
        "recheck",
        () => group,
        (changes) => sweepStandsStill(own.process, changes),
      );
      const handler = work.watched(own.process, createRecheckInstance(own));
      return {
        process: own.process,
        handler: (event, context) => {
          group = JSON.stringify(event);
          return handler(event, context);
        },
      };
    },
  });
  const tell = createLambda<object>({
    world,
    limitMs: 60_000,
    throttled: tellOutages,
    start: () => {
      const own = startInstance("tell", undefined, (changes) => standStill(own.process, changes));
      const handler = createTellInstance({ ...own, postWebhook: deps.postWebhookOf(own.process) });
      return { process: own.process, handler };
    },
  });
  const feed = createLambda<Answer>({
    world,
    limitMs: 28_000,
    start: () => {
      const own = startInstance("feed");
      return { process: own.process, handler: createFeedInstance(own) };
    },
  });
  const groups = Array.from({ length: deps.groups }, (_, group) =>
    Array.from({ length: 16 / deps.groups }, (_, i) => String(group + i * deps.groups)),
  );
  const schedule = createSchedule({ world, groups, lambda: recheck, earliestDueAt: deps.earliestDueAt });
  const stream = createStream(world, tell, start, faultsUntil);
  const { earliestDueAt } = rules;
  const tellSchedule = createSchedule({ world, groups: [groups.flat()], lambda: tell, earliestDueAt });

  return { query, feed, tableFor, startInstance };
}

export type Service = ReturnType<typeof createService>;
