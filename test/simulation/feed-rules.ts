import { isDeepStrictEqual } from "node:util";
import type { KnownEvent } from "./event-rules.ts";
import type { Invariants } from "./invariants.ts";
import type { FeedRead } from "./readers.ts";
import type { TellRules } from "./tell-rules.ts";
import { cards, isAsStored, isKnownTo } from "./told.ts";
import type { WatchHeard } from "./watchers.ts";
import { holding, type World } from "./world.ts";

export type FeedRulesDeps = {
  readonly world: World;
  readonly invariants: Invariants;
  readonly rules: TellRules;
};

type Place = { readonly page: number; readonly index: number };
type Body = { readonly events: readonly { readonly id: string }[]; readonly cursor: string };

/** The rules about what partners hear when they register refunds and read their feeds. */
export function createFeedRules({ world, invariants, rules }: FeedRulesDeps) {
  const seen = new Map<string, Set<string>>();

  function placeOf(cursor: string | undefined): Place {
    const [, page = "1", index = "0"] = (cursor ?? "").split(".");
    return { page: Number(page), index: Number(index) };
  }
  const isBefore = (a: Place, b: Place) => a.page < b.page || (a.page === b.page && a.index < b.index);

  return {
    onRead({ partner, cursor, answer }: FeedRead): void {
      const { partnerId } = partner;
      const { events, cursor: next } = JSON.parse(answer.body) as Body;
      const hold = holding(world, () => `${partnerId} from ${cursor ?? "the beginning"}: ${answer.body}`);
      hold(!cards.test(answer.body), "no card number is shown");
      const [from, to] = [placeOf(cursor), placeOf(next)];
      hold(!isBefore(to, from), "a reader never goes back");
      const listed: KnownEvent[] = [];
      for (const told of events) {
        const event = rules.eventById(told.id);
        hold(event !== undefined, "what a feed shows is on record");
        if (event === undefined) continue;
        hold(event.partnerId === partnerId, "a feed has nothing of another partner");
        hold(
          isDeepStrictEqual(told, { id: event.id, ...JSON.parse(event.body) }),
          "a feed shows the event that is on record",
        );
        hold(rules.mayStillBeTheirs(event), "nothing is shown of a merchant that was lost");
        hold(seen.get(partnerId)?.has(event.id) !== true, "a reader sees each event once");
        hold(!isBefore(event, from) && isBefore(event, to), "a cursor stands behind what was read");
        hold(
          listed.every((other) => isBefore(other, event)),
          "a feed is read in its order",
        );
        listed.push(event);
      }
      for (const event of rules.events()) {
        const isPassed = event.partnerId === partnerId && !isBefore(event, from) && isBefore(event, to);
        if (isPassed && rules.isTheirs(event)) hold(listed.includes(event), "a reader misses nothing");
      }
    },

    onStored({ partner: { partnerId }, answer }: FeedRead): void {
      const { events, cursor } = JSON.parse(answer.body) as Body;
      const own = seen.get(partnerId) ?? new Set();
      seen.set(partnerId, own);
      for (const { id } of events) own.add(id);
      const { page, index } = placeOf(cursor);
      rules.onPassed(partnerId, page, index);
    },

    /** What a reader was told that began at an instant. */
    onReadSince({ partner: { partnerId }, answer }: Omit<FeedRead, "cursor">, since: number): void {
      const { events, cursor } = JSON.parse(answer.body) as Body;
      const heard = new Set(events.map(({ id }) => id));
      for (const event of rules.events()) {
        const at = rules.pages(partnerId)[event.page - 1]?.at ?? 0;
        const isWanted = event.partnerId === partnerId && rules.isTheirs(event) && at >= since;
        if (!isWanted || !isBefore(event, placeOf(cursor)) || heard.has(event.id)) continue;
        world.violate(
          "who reads from an instant on misses nothing since",
          `${event.id} since ${since}: ${answer.body}`,
        );
      }
    },

    hasMore: (partnerId: string, cursor: string | undefined) => placeOf(cursor).page <= rules.pages(partnerId).length,
    hasSeen: ({ partnerId, id }: KnownEvent) => seen.get(partnerId)?.has(id) === true,

    onWatched({ partner, watched, askedAt, answer, servedBy }: WatchHeard): void {
      const { partnerId, mids, lost } = partner;
      const hold = holding(
        world,
        () => `${partnerId} registers ${watched.map(({ truth }) => truth.id)}: ${answer.body}`,
      );
      hold(![400, 401, 403].includes(answer.statusCode), "a good request is not refused");
      if (answer.statusCode !== 200) return;
      const { refunds } = JSON.parse(answer.body) as {
        refunds: { result: string; recheck?: Record<string, unknown> }[];
      };
      hold(refunds.length === watched.length, "every refund of a request is answered");
      watched.forEach(({ truth, tid }, i) => {
        const { result, recheck } = refunds[i] ?? {};
        const isTheirs = mids.includes(truth.mid);
        if (lost?.mid === truth.mid) return;
        hold((result === "refused") === !isTheirs, "partners register refunds of their own merchants");
        if (!isTheirs) return;
        const versions = invariants.since(truth.id, askedAt);
        const isStored = recheck !== undefined && versions.some(({ row }) => isAsStored(recheck, row));
        hold(isStored, "what is told is what is stored");
        const first = invariants.since(truth.id, 0)[0];
        const isMade = first?.writer === servedBy && first.at >= askedAt;
        hold(result !== "created" || isMade, "a refund is created once");
        const latest = invariants.latest(truth.id);
        const isRemembered = latest !== undefined && isKnownTo(latest, partnerId, tid);
        const isNewer = versions.some(({ row }) => /^newer/.test(String(row.state)));
        hold(isRemembered || recheck?.final === true || isNewer, "who registers a refund is remembered");
      });
    },
  };
}

export type FeedRules = ReturnType<typeof createFeedRules>;
