import type { _Record as StreamRecord } from "@aws-sdk/client-dynamodb-streams";
import type { StreamMapping } from "../stack/local-stack.ts";
import { matchesPattern } from "./event-pattern.ts";
import { createLanes } from "./lanes.ts";
import { openTableChanges } from "./table-changes.ts";

export type StreamDeps = {
  readonly endpoint: string;
  readonly table: string;
  readonly mappings: readonly StreamMapping[];
  readonly invoke: (mapping: StreamMapping, event: unknown) => Promise<unknown>;
  /** Gets everything that changes, whatever the mappings say. */
  readonly onRecord?: ((record: StreamRecord) => void) | undefined;
};

/** From now on hands what changes in the table to the functions, as the event source mappings of the deployment say. */
export async function startStream({
  endpoint,
  table,
  mappings,
  invoke,
  onRecord,
}: StreamDeps): Promise<{ close(): Promise<void> }> {
  const stop = new AbortController();
  const targets = mappings.map((mapping) => {
    const { lanes: count, batchSize, windowMs } = mapping;
    const handOver = (Records: readonly unknown[]) => invoke(mapping, { Records });
    return { mapping, lanes: createLanes({ count, batchSize, windowMs, handOver }) };
  });

  const changes = await openTableChanges(endpoint, table, stop.signal);
  async function follow(): Promise<void> {
    for await (const records of changes) {
      for (const record of records) {
        onRecord?.(record);
        for (const { mapping, lanes } of targets) {
          if (mapping.patterns.some((pattern) => matchesPattern(record, pattern))) lanes.add(record);
        }
      }
    }
  }
  // A stream that breaks off costs speed alone, because the schedule tells what is left.
  const following = follow().catch(() => undefined);

  return {
    async close() {
      stop.abort();
      await following;
    },
  };
}
