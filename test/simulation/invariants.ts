import { createItemRules } from "./item-rules.ts";
import type { Change, Row } from "./observed-table.ts";
import type { Process } from "./process.ts";
import { asPlanned, createRefundHistory } from "./refund-history.ts";
import { createRefundRules, type RefundRulesDeps } from "./refund-rules.ts";
import type { World } from "./world.ts";

export type InvariantsDeps = Omit<RefundRulesDeps, "slackMs"> & {
  readonly world: World;
  /** Two clocks may differ by so much. */
  readonly skewMs: number;
  /** Texts that must never be stored or logged. */
  readonly secrets: RegExp;
};

/** A sweep may hold a page that it has read for as long as it lives. */
const sweepMs = 310_000;

/** The rules that hold after every single write, and at every question to ChinaUMS. */
export function createInvariants(deps: InvariantsDeps) {
  const { world, askers, skewMs, secrets } = deps;
  const { clock } = world;
  const slackMs = 2 * skewMs + 10;
  const history = createRefundHistory(clock.now);
  const checkRefund = createRefundRules({ ...deps, slackMs });
  const items = createItemRules({ world, history, slackMs });

  return {
    ...history,
    hasKeyUntil: items.hasKeyUntil,

    /** Checks a write that has just taken effect. */
    onWrite(changes: readonly Change[], writer: string): void {
      for (const change of changes) {
        const { pk, sk, before, after } = change;
        const { version = "-", state = "", reading = "", dueAt = "-" } = after;
        world.note("write", `${writer} ${pk} ${sk} v${version} ${state} ${reading} due ${dueAt}`);
        if (secrets.test(JSON.stringify(after))) world.violate("nothing secret is stored", `${pk} ${sk}`);
        items.onWrite(change, writer);
        if (sk !== "STATE") continue;
        if ((after.dueAt === undefined) !== (after.dueShard === undefined))
          world.violate("what is due is in the index", `${pk}: ${JSON.stringify(after)}`);
        const id = pk.slice("REFUND#".length);
        const planned = asPlanned(after);
        checkRefund({ id, before: before && asPlanned(before), after: planned, writer });
        history.add(id, planned, writer);
      }
    },

    /** A question about a refund has come to ChinaUMS. */
    onQuestion(id: string, tid: string, process: Process): void {
      world.note("question", `${process.name} ${id}`);
      const isAsked = askers.get(id)?.tids.has(tid) === true;
      if (!isAsked) world.violate("a question names a terminal that was asked with", `${id} ${tid} by ${process.name}`);
      // One that has stood still goes on with what it had begun.
      if (process.wasFrozen()) return;
      const now = clock.now();
      const versions = history.versions(id);
      const latest: Row | undefined = versions.at(-1)?.row;
      const claim = versions.findLast(({ row }, i) => row.leaseOwner !== versions[i - 1]?.row.leaseOwner);
      const isLeased = Number(latest?.leaseUntil ?? 0) > now + slackMs;
      if (isLeased && claim !== undefined && claim.at < process.invokedAt() && claim.writer !== process.name) {
        const whose = `${id} by ${process.name}, leased by ${claim.writer}`;
        world.violate("what is leased is not asked about by another", whose);
      }
      const since = history.finalSince(id);
      if (since === undefined || now - since < sweepMs) return;
      const wasRequested = versions.some(
        ({ at, row }, i) => row.verifyRequestedAt !== undefined && (at > now - sweepMs || i === versions.length - 1),
      );
      if (!wasRequested) world.violate("a final refund is not asked about", `${id} by ${process.name}`);
    },
  };
}

export type Invariants = ReturnType<typeof createInvariants>;
