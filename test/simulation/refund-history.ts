import type { Row } from "./observed-table.ts";

/** The refund as stored at some time, with its next check as `dueAt`. */
export type Version = { readonly at: number; readonly row: Row; readonly writer: string };

export type RefundHistory = ReturnType<typeof createRefundHistory>;

const keptVersions = 200;

/** What was ever stored of each refund, as far as rules ask for it. Refunds go by what stands behind `REFUND#`. */
export function createRefundHistory(now: () => number) {
  const history = new Map<string, Version[]>();
  const finalSince = new Map<string, number>();
  const askedSince = new Map<string, number>();
  const due = new Map<string, Row>();

  return {
    add(id: string, row: Row, writer: string): void {
      if (isFinalRow(row) && !finalSince.has(id)) finalSince.set(id, now());
      for (const tid of terminalsOf(row)) {
        if (!askedSince.has(`${id} ${tid}`)) askedSince.set(`${id} ${tid}`, now());
      }
      if (row.dueAt === undefined) due.delete(id);
      else due.set(id, row);
      const versions = history.get(id) ?? [];
      history.set(id, versions);
      versions.push({ at: now(), row, writer });
      if (versions.length > keptVersions) versions.splice(0, keptVersions / 2);
    },

    versions: (id: string): readonly Version[] => history.get(id) ?? [],
    /** What was stored of a refund at any moment since an instant, oldest first. */
    since(id: string, instant: number): readonly Version[] {
      const versions = history.get(id) ?? [];
      const first = versions.findLastIndex(({ at }) => at <= instant);
      return versions.slice(Math.max(first, 0));
    },
    latest: (id: string): Row | undefined => history.get(id)?.at(-1)?.row,
    isOpen: (id: string): boolean => history.has(id) && !finalSince.has(id),
    finalSince: (id: string) => finalSince.get(id),
    /** When a terminal came to be among those that a refund was asked with. */
    askedSince: (id: string, tid: string) => askedSince.get(`${id} ${tid}`),

    /** Refunds of some shards that have been due and free all the time since before an instant. */
    leftDue: (shards: readonly string[], since: number): readonly string[] =>
      [...due].flatMap(([id, row]) => {
        const last = history.get(id)?.at(-1);
        const wasDue = Number(row.dueAt) < since && last !== undefined && last.at < since;
        const isFree = Number(row.leaseUntil ?? 0) < since && !isNewer(row.state);
        return wasDue && isFree && shards.includes(String(row.dueShard)) ? [id] : [];
      }),

    /** When the earliest refund of some shards is due, as the table has it. */
    earliestDueAt(shards: readonly string[]): number | undefined {
      let earliest: number | undefined;
      for (const row of due.values()) {
        const dueAt = Number(row.dueAt);
        if (dueAt < (earliest ?? Infinity) && shards.includes(String(row.dueShard))) earliest = dueAt;
      }
      return earliest;
    },
  };
}

/** The row with its next check as `dueAt`, where partners are told of it first, or where it is left to people. */
export function asPlanned(row: Row): Row {
  if (!/^[tp]/.test(String(row.dueShard))) return row;
  const { dueAt: _, checkDueAt, ...others } = row;
  return checkDueAt === undefined ? others : { ...others, dueAt: checkDueAt, checkDueAt };
}

/** The word of ChinaUMS that proves a final state. */
export const finalWords: Readonly<{ [state: string]: string }> = { succeeded: "SUCCESS", failed: "FAIL" };

export function isFinalRow(row: Row | undefined): boolean {
  return row !== undefined && finalWords[String(row.state)] !== undefined;
}

/** What only a newer version of the service writes begins so: states, attributes, the name of the writer. */
export function isNewer(word: unknown): boolean {
  return String(word).startsWith("newer");
}

export function asSet(value: Row[string] | undefined): readonly string[] {
  return Array.isArray(value) ? value : [];
}

/** All terminals that a refund may still be asked by. */
export function terminalsOf(row: Row | undefined): readonly string[] {
  const { tid, confirmedTid = tid, askedTids } = row ?? {};
  return [...new Set([tid, confirmedTid, ...asSet(askedTids)])].filter((one) => one !== undefined).map(String);
}
