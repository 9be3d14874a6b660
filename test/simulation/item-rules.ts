import { isDeepStrictEqual } from "node:util";
import type { Change, Row } from "./observed-table.ts";
import type { RefundHistory } from "./refund-history.ts";
import { type Hold, holding, type World } from "./world.ts";

export type ItemRulesDeps = {
  readonly world: World;
  readonly history: RefundHistory;
  /** Clocks differ by no more. */
  readonly slackMs: number;
};

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Items that are kept for good. */
const lasting = /^(STATE|AUDIT#|PAGE#|SWEEP|ENDPOINT)/;

/** The rules that hold after every write of an item beside the refund's own. */
export function createItemRules({ world, history, slackMs }: ItemRulesDeps) {
  const keyExpiries = new Set<number>();

  const rules: readonly [RegExp, (change: Change, now: number, hold: Hold) => void][] = [
    [
      /^ANSWER#/,
      ({ before, after }, _, hold) =>
        hold(before === undefined || before.fields === after.fields, "a kept answer never changes"),
    ],
    [/^AUDIT#/, checkAudit],
    [/^KEY$/, checkKey],
    [/^SWEEP$/, checkSweep],
    [
      /^TOKEN$/,
      ({ before, after }, _, hold) =>
        hold(after.version === Number(before?.version ?? 0) + 1, "the version grows by one with every write"),
    ],
  ];

  function checkAudit({ pk, after }: Change, _: number, hold: Hold): void {
    const state = String(history.latest(pk.slice("REFUND#".length))?.state);
    const told = String(after.reading).replace("settled/", "");
    const isOpposite = /^(succeeded|failed)$/.test(told) && told !== state;
    hold(/^(succeeded|failed)$/.test(state), "what is verified is final");
    hold((isOpposite || told === "processing") === (after.contradicts === 1), "a contradiction is told as one");
  }

  function checkKey({ before, after }: Change, now: number, hold: Hold): void {
    keyExpiries.add(Number(after.expiresAt));
    hold(before === undefined || Number(before.expiresAt) <= now + slackMs, "a key stands for one question");
    hold(Number(after.ttl) * 1_000 >= Number(after.expiresAt), "an item does not end before its time");
  }

  function checkSweep({ before, after }: Change, now: number, hold: Hold): void {
    const isTaken = before !== undefined && before.leaseOwner !== after.leaseOwner;
    hold(!isTaken || Number(before.leaseUntil) <= now + slackMs, "a group is swept by one at a time");
    hold(Number(after.leaseUntil) <= now + minuteMs + slackMs, "the right to sweep ends within a minute");
  }

  return {
    onWrite(change: Change, writer: string): void {
      const { pk, sk, before, after } = change;
      const now = world.clock.now();
      const hold = holding(world, () => `${pk} ${sk} by ${writer}: ${difference(before, after)}`);
      const lastsMs = after.ttl === undefined ? Infinity : Number(after.ttl) * 1_000 - now;
      hold(lasting.test(sk) === (lastsMs === Infinity), "what is kept for good has no end, and what is not has one");
      hold(lastsMs > -minuteMs && (lastsMs === Infinity || lastsMs <= 401 * dayMs), "an item ends in some days");
      rules.find(([kind]) => kind.test(sk))?.[1](change, now, hold);
    },
    /** True if a key is stored that ends at an instant. */
    hasKeyUntil: (instant: number) => keyExpiries.has(instant),
  };
}

/** What a write has changed, in words. */
function difference(before: Row | undefined, after: Row): string {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after)])];
  const changed = names.filter((name) => !isDeepStrictEqual(before?.[name], after[name]));
  return changed
    .map((name) => `${name} ${JSON.stringify(before?.[name])} -> ${JSON.stringify(after[name])}`)
    .join(", ");
}
