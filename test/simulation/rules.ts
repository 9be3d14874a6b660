import { createFeedRules } from "./feed-rules.ts";
import { createInvariants, type InvariantsDeps } from "./invariants.ts";
import type { Change, Row } from "./observed-table.ts";
import type { Ask, Partner } from "./partners.ts";
import { createTellRules } from "./tell-rules.ts";
import { createTold } from "./told.ts";
import type { Truth } from "./truth.ts";
import { createWork } from "./work.ts";

export type RulesDeps = Omit<InvariantsDeps, "askers"> & {
  readonly truths: readonly Truth[];
  readonly partners: readonly Partner[];
  readonly hasFailedSince: (partner: Partner, instant: number) => boolean;
};

/** All rules that hold at every step, and what they go by. */
export function createRules(deps: RulesDeps) {
  const { world, truths } = deps;
  const askers = new Map<string, { tids: Set<string>; partners: Set<string>; requests: number }>(
    truths.map(({ id }) => [id, { tids: new Set(), partners: new Set(), requests: 0 }]),
  );
  const invariants = createInvariants({ ...deps, askers });
  const telling = createTellRules({ ...deps, invariants });
  const work = createWork(world, invariants);

  return {
    invariants,
    telling,
    work,
    feedRules: createFeedRules({ world, invariants, rules: telling }),
    ...createTold({ ...deps, invariants }),
    requests: (id: string) => askers.get(id)?.requests ?? 0,

    /** A partner asks about a refund, or registers it. */
    onAsk({ kind, truth, tid, partner }: Pick<Ask, "kind" | "truth" | "tid" | "partner">): void {
      const asked = askers.get(truth.id);
      if (asked === undefined) return;
      asked.requests++;
      if (kind !== "own") return;
      asked.tids.add(tid);
      asked.partners.add(partner.partnerId);
    },
    onWrite(changes: readonly Change[], writer: string): void {
      invariants.onWrite(changes, writer);
      telling.onWrite(changes, writer);
      work.onWrite(changes, writer);
    },
    onDelete: (pk: string, sk: string, before: Row) => telling.onDelete(pk, sk, before),
  };
}

export type Rules = ReturnType<typeof createRules>;
