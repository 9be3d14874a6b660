import { setTimeout as sleep } from "node:timers/promises";
import type { _Record as StreamRecord } from "@aws-sdk/client-dynamodb-streams";

export type LanesDeps = {
  /** Lanes that batches are handed over in at once. The records of one partition key keep their order in one lane. */
  readonly count: number;
  readonly batchSize: number;
  /** How long records are gathered before they are handed over, in ms. */
  readonly windowMs: number;
  readonly handOver: (records: readonly StreamRecord[]) => Promise<unknown>;
};

/** The lanes of one event source mapping. Each hands over its next batch when the last one has been worked on. */
export function createLanes({ count, batchSize, windowMs, handOver }: LanesDeps) {
  const lanes = Array.from({ length: count }, () => ({ waiting: [] as StreamRecord[], isBusy: false }));

  async function work(lane: (typeof lanes)[number]): Promise<void> {
    lane.isBusy = true;
    while (lane.waiting.length > 0) {
      if (windowMs > 0) await sleep(windowMs);
      // A batch that fails has logged why, and the schedule does its work.
      await handOver(lane.waiting.splice(0, batchSize)).catch(() => undefined);
    }
    lane.isBusy = false;
  }

  return {
    add(record: StreamRecord): void {
      const lane = lanes[laneOf(record, count)];
      if (lane === undefined) return;
      lane.waiting.push(record);
      if (!lane.isBusy) void work(lane);
    },
  };
}

function laneOf({ dynamodb }: StreamRecord, count: number): number {
  let hash = 0;
  for (const character of dynamodb?.Keys?.pk?.S ?? "") hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
  return hash % count;
}
