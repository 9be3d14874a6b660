import { episodes, isIn } from "./faults.ts";
import type { Lambda } from "./lambda.ts";
import type { Change } from "./observed-table.ts";
import { between, magnitude } from "./random.ts";
import type { World } from "./world.ts";

type StreamRecord = { readonly dynamodb: object };
/** One event source mapping: what it lets through, and for how long it gathers records. */
type Mapping = { readonly takes: (after: Change["after"]) => boolean; readonly windowMs: number };

/** As infra/constructs/tell-triggers.ts has them. */
const mappings: readonly Mapping[] = [
  { takes: ({ dueShard }) => /^t/.test(String(dueShard)), windowMs: 100 },
  { takes: ({ dueShard, attempts }) => /^d/.test(String(dueShard)) && attempts === 1, windowMs: 5_000 },
];
const maxBatch = 100;
const maxLateMs = 300_000;
const maxOutageMs = 5 * 86_400_000;

/** The table's stream with the mappings that wake the telling function: now and then late, doubled, or never. */
export function createStream(world: World, tell: Lambda<object>, from: number, until: number) {
  const { clock, random } = world;
  const outages = episodes(random, from, until, maxOutageMs);
  const gathered = new Map<Mapping, StreamRecord[]>();

  async function fire(Records: readonly StreamRecord[]): Promise<void> {
    for (let tries = 1; tries <= 2; tries++) {
      const { ended } = await tell.invoke({ Records });
      if (ended.kind === "answered") return;
      await clock.sleep(1_000);
    }
  }

  function gather(mapping: Mapping, record: StreamRecord): void {
    const records = gathered.get(mapping) ?? [];
    gathered.set(mapping, records);
    records.push(record);
    if (records.length > 1) return;
    const flush = () => void fire(records.splice(0, maxBatch));
    clock.at(clock.now() + between(random, 20, 100) + mapping.windowMs, flush);
  }

  return {
    onWrite(changes: readonly Change[]): void {
      for (const { pk, sk, after } of changes) {
        const mapping = mappings.find(({ takes }) => takes(after));
        if (mapping === undefined) continue;
        const { dueShard, dueAt } = after;
        const NewImage = { dueShard: { S: dueShard }, dueAt: { N: String(dueAt) } };
        const record = { dynamodb: { Keys: { pk: { S: pk }, sk: { S: sk } }, NewImage } };
        if (world.rate("stream-outage") > 0 && isIn(outages, clock.now()) !== undefined) continue;
        const chance = world.strikes("stream") ? random() : 1;
        if (chance < 1)
          world.note("stream", `${chance < 0.4 ? "loses" : chance < 0.7 ? "delays" : "doubles"} ${pk} ${sk}`);
        if (chance < 0.4) continue;
        if (chance >= 0.7) gather(mapping, record);
        if (chance < 1) clock.at(clock.now() + magnitude(random, 10, maxLateMs), () => void fire([record]));
      }
    },
  };
}
