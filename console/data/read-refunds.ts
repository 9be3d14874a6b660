import type { DueEntry } from "../../operate/due-entries.ts";
import type { TimeRange } from "../../operate/listed-entries.ts";
import { createOpenRefunds } from "../../operate/open-refunds.ts";
import type { RecordedRefund } from "../../operate/recorded-refund.ts";
import { createSettledRefunds } from "../../operate/settled-refunds.ts";
import { isFinal, type Refund } from "../../shared/refund/refund.ts";
import type { ConsoleDeps } from "../console-deps.ts";
import type { Sort, Wanted } from "./wanted-refunds.ts";

/** Refunds on a page of a list. */
export const pageSize = 50;
/** The most that are read in order to sort them by anything but when they are due, and to count them. */
export const mostSorted = 2_000;
/** A page of refunds that ended reads at most so many, where few of them are wanted. */
const mostPassed = 1_000;
/** Events name the refunds that ended, and are kept so long. */
const keptMs = 90 * 86_400_000;

export type RefundsPage = {
  readonly refunds: readonly RecordedRefund[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined;
};

export type ReadRefundsDeps = ConsoleDeps & { readonly partnerIds: () => Promise<readonly string[]> };
export type ReadRefunds = ReturnType<typeof createReadRefunds>;

/** Reads the refunds of a list. It reads what is open or what ended in a time, so those that ended long ago cost nothing. */
export function createReadRefunds(deps: ReadRefundsDeps) {
  const open = createOpenRefunds(deps);
  const settled = createSettledRefunds(deps);

  async function openPage(wanted: Wanted): Promise<RefundsPage> {
    if (wanted.sort === "due") {
      const { refunds, next } = await open.readPage(wanted, pageSize, entryIn(wanted.after));
      return { refunds, next: next && textOf(next) };
    }
    const all = sortedBy(await openAtMost(mostSorted, wanted), wanted.sort);
    const from = Number(wanted.after) || 0;
    return { refunds: all.slice(from, from + pageSize), next: all[from + pageSize] && String(from + pageSize) };
  }

  /** Open refunds in the order in which they are due. */
  async function openAtMost(most: number, wanted: Partial<Wanted> = {}): Promise<RecordedRefund[]> {
    const refunds: RecordedRefund[] = [];
    for await (const { recorded } of open.readOpen(wanted)) {
      refunds.push(recorded);
      if (refunds.length === most) break;
    }
    return refunds;
  }

  async function* ended(wanted: Wanted) {
    for await (const batch of settled(await deps.partnerIds(), rangeOf(wanted, deps.now()))) {
      yield batch.map(({ at, recorded }) => ({ at, recorded, isWanted: isWantedEnded(recorded, wanted, deps.now()) }));
    }
  }

  /** Batches that were listed at one instant stay on one page, because the instant is where the next one begins. */
  async function endedPage(wanted: Wanted): Promise<RefundsPage> {
    const refunds: RecordedRefund[] = [];
    let [passed, lastAt] = [0, 0];
    for await (const batch of ended(wanted)) {
      for (const { at, recorded, isWanted } of batch) {
        const isFull = refunds.length >= pageSize || passed >= mostPassed;
        if (isFull && at !== lastAt) return { refunds, next: String(wanted.order === "oldest" ? lastAt + 1 : lastAt) };
        if (isWanted) refunds.push(recorded);
        lastAt = at;
        passed++;
      }
    }
    return { refunds, next: undefined };
  }

  return {
    openAtMost,
    readPage: (wanted: Wanted) => (wanted.list === "open" ? openPage(wanted) : endedPage(wanted)),

    /** All refunds of a list, as they are read. */
    async *readAll(wanted: Wanted): AsyncGenerator<RecordedRefund> {
      if (wanted.list === "open") {
        for await (const { recorded } of open.readOpen(wanted)) yield recorded;
        return;
      }
      for await (const batch of ended({ ...wanted, after: undefined })) {
        for (const { recorded, isWanted } of batch) if (isWanted) yield recorded;
      }
    },
  };
}

/** What is left of 90 days behind the page before, in either order. */
function rangeOf({ order, after }: Wanted, now: number): TimeRange {
  const [since, until] = [now - keptMs, now + 60_000];
  const from = Number(after) || undefined;
  if (from === undefined) return { since, until, order };
  return order === "oldest" ? { since: Math.max(since, from), until, order } : { since, until: from, order };
}

function isWantedEnded(recorded: RecordedRefund, wanted: Wanted, now: number): boolean {
  const { state, mid, partner, olderThanMs = 0 } = wanted;
  if (mid !== undefined && recorded.refund.mid !== mid) return false;
  if (recorded.kind === "unreadable") return true;
  const { refund } = recorded;
  // What has not ended is on the other list.
  if (!isFinal(refund.state)) return false;
  if (state !== undefined && refund.state !== state) return false;
  return (partner === undefined || refund.partners.includes(partner)) && now - refund.firstSeenAt >= olderThanMs;
}

const keys = {
  age: (refund) => refund.firstSeenAt,
  checks: (refund) => -refund.attempts,
  state: (refund) => (refund.state === "needs_review" ? 0 : 1),
} as const satisfies Record<Exclude<Sort, "due">, (refund: Refund) => number>;

function sortedBy(refunds: readonly RecordedRefund[], sort: Exclude<Sort, "due">): RecordedRefund[] {
  const keyOf = (one: RecordedRefund) => (one.kind === "readable" ? keys[sort](one.refund) : Number.NEGATIVE_INFINITY);
  return refunds.toSorted((a, b) => keyOf(a) - keyOf(b) || 0);
}

function textOf(entry: DueEntry): string {
  return Buffer.from(JSON.stringify([entry.pk, entry.dueAt])).toString("base64url");
}

/** A page that begins nowhere begins at the first. */
function entryIn(text: string | undefined): DueEntry | undefined {
  try {
    const [pk, dueAt] = JSON.parse(Buffer.from(text ?? "", "base64url").toString("utf8")) as [unknown, unknown];
    return typeof pk === "string" && typeof dueAt === "number" ? { pk, dueAt } : undefined;
  } catch {
    return undefined;
  }
}
