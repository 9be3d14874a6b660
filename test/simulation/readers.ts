import type { Answer } from "./instances.ts";
import { partnerEvent } from "./partner-event.ts";
import type { CallApi, Partner } from "./partners.ts";
import { between, magnitude, pick } from "./random.ts";
import type { World } from "./world.ts";

/** One answer of a feed, and from where it was read. */
export type FeedRead = {
  readonly partner: Partner;
  readonly cursor: string | undefined;
  readonly answer: Answer;
};

export type ReadersDeps = {
  readonly world: World;
  readonly call: CallApi;
  readonly onRead: (read: FeedRead) => void;
  readonly onReadSince: (read: Omit<FeedRead, "cursor">, since: number) => void;
  /** A reader has stored the cursor of an answer, and all of its events with it. */
  readonly onStored: (read: FeedRead) => void;
  /** True if a feed has pages that its reader has not come to the end of. */
  readonly hasMore: (partner: Partner, cursor: string | undefined) => boolean;
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const maxTries = 6;

/** The partners' readers of their feeds. Each has one stored cursor, and dies now and then before it has stored the next. */
export function createReaders({ world, call, onRead, onReadSince, onStored, hasMore }: ReadersDeps) {
  const { clock, random } = world;
  const cursors = new Map<Partner, string>();
  const armedAt = new Map<Partner, number>();
  const reading = new Set<Partner>();

  async function readOn(partner: Partner): Promise<void> {
    for (let tries = 1; tries <= maxTries; ) {
      const cursor = cursors.get(partner);
      const body = {
        ...(cursor !== undefined && { cursor }),
        ...pick(random, [{}, { limit: 1 }, { limit: 2 }, { limit: 7 }]),
      };
      const { answer } = await call(partner, partnerEvent(world, partner, { path: "/v1/refunds/changes", body }));
      world.note("feed", `${partner.partnerId} ${cursor ?? "-"} ${answer?.statusCode ?? "none"} ${answer?.body ?? ""}`);
      if (answer?.statusCode !== 200) {
        tries++;
        await clock.sleep(magnitude(random, 500, 2 * minuteMs));
        continue;
      }
      const read = { partner, cursor, answer };
      onRead(read);
      if (world.strikes("readers")) {
        world.note("reader killed", partner.partnerId);
        await clock.sleep(magnitude(random, 1_000, hourMs));
        continue;
      }
      const { events, cursor: next } = JSON.parse(answer.body) as { events: unknown[]; cursor: string };
      cursors.set(partner, next);
      onStored(read);
      if (events.length === 0) return;
    }
  }

  /** Somebody who has lost the cursor begins at an instant. */
  async function readSince(partner: Partner): Promise<void> {
    const since = clock.now() - magnitude(random, minuteMs, 20 * 24 * hourMs);
    const body = { since: new Date(since).toISOString() };
    const { answer } = await call(partner, partnerEvent(world, partner, { path: "/v1/refunds/changes", body }));
    if (answer?.statusCode === 200) onReadSince({ partner, answer }, since);
  }

  async function poll(partner: Partner): Promise<void> {
    armedAt.delete(partner);
    if (random() < 0.1) await readSince(partner);
    if (reading.has(partner)) return arm(partner, minuteMs);
    reading.add(partner);
    await readOn(partner);
    reading.delete(partner);
    if (hasMore(partner, cursors.get(partner))) arm(partner, between(random, minuteMs, 30 * minuteMs));
  }

  function arm(partner: Partner, waitMs: number): void {
    const at = clock.now() + waitMs;
    if (at >= (armedAt.get(partner) ?? Number.POSITIVE_INFINITY)) return;
    armedAt.set(partner, at);
    clock.at(at, () => armedAt.get(partner) === at && void poll(partner));
  }

  return {
    /** Something may be new in a feed; its reader comes in a moment, or in hours. */
    wake: (partner: Partner) => arm(partner, magnitude(random, 5, 6 * hourMs)),
  };
}
