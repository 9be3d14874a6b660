import { allReadings } from "../../shared/refund/reading.ts";
import { readingWord } from "../../shared/refund/reading-word.ts";
import { parseLadder } from "../../shared/refund/recheck-ladder.ts";

/** Which refunds a list shows: those that something is still to be done about, or those that ended within 90 days. */
export const lists = ["open", "ended"] as const;
export type List = (typeof lists)[number];

export const sorts = ["due", "age", "checks", "state"] as const;
export type Sort = (typeof sorts)[number];

/** How the list of refunds that ended is sorted: by when their partners were told. */
export const orders = ["newest", "oldest"] as const;
export type Order = (typeof orders)[number];

/** States and readings that each list can be narrowed to. */
export const statesOf = {
  open: ["pending", "needs_review", "untold", "processing", "not_found", "unclear", "blocked", "mismatch"].concat(
    allReadings.map(readingWord).filter((word) => /^(unclear|blocked)\//.test(word)),
  ),
  ended: ["succeeded", "failed"],
} as const satisfies Record<List, readonly string[]>;

/** A list as its address says it. What the address says wrongly counts as not said. */
export type Wanted = {
  readonly list: List;
  readonly state: string | undefined;
  readonly mid: string | undefined;
  readonly partner: string | undefined;
  /** Such as `1d`, and how many ms that is. */
  readonly age: string | undefined;
  readonly olderThanMs: number | undefined;
  readonly isDue: boolean;
  readonly sort: Sort;
  readonly order: Order;
  /** Where the page begins. */
  readonly after: string | undefined;
};

export function readWanted(query: URLSearchParams): Wanted {
  const text = (name: string) => query.get(name)?.trim() || undefined;
  const oneOf = <Word extends string>(words: readonly Word[], name: string) =>
    words.find((word) => word === text(name));
  const list = oneOf(lists, "list") ?? "open";
  const olderThanMs = ageIn(text("age"));
  return {
    list,
    state: oneOf<string>(statesOf[list], "state"),
    mid: text("mid"),
    partner: text("partner"),
    age: olderThanMs === undefined ? undefined : text("age"),
    olderThanMs,
    isDue: text("due") === "1",
    sort: oneOf(sorts, "sort") ?? "due",
    order: oneOf(orders, "order") ?? "newest",
    after: text("after"),
  };
}

function ageIn(text: string | undefined): number | undefined {
  try {
    return text === undefined ? undefined : parseLadder(text)[0];
  } catch {
    return undefined;
  }
}

/** The address of a list, with some of it changed. A changed list begins at its first page. */
export function listAddress(wanted: Wanted, changed: Partial<Wanted> = {}, path = "/refunds"): string {
  const { list, state, mid, partner, age, isDue, sort, order, after } = { ...wanted, after: undefined, ...changed };
  const said = { list, state, mid, partner, age, due: isDue ? "1" : undefined, sort, order, after };
  const defaults: Partial<Record<string, string>> = { list: "open", sort: "due", order: "newest" };
  const pairs = Object.entries(said).filter(([name, value]) => value !== undefined && value !== defaults[name]);
  const search = new URLSearchParams(pairs as [string, string][]);
  return search.size === 0 ? path : `${path}?${search}`;
}
