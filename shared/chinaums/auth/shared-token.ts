import { withJitter } from "../../refund/recheck-ladder.ts";
import type { KeyPair } from "./key-pair.ts";
import {
  type AccessToken,
  isLeased,
  isUsable,
  refreshFrom,
  sharedFailure,
  type TokenRecord,
  type TokenStore,
} from "./token-record.ts";
import type { NotAuthorized } from "./upstream-authorization.ts";

/** A token to call with, or what a check tells without one. */
export type TokenResult = { readonly kind: "token"; readonly value: string } | NotAuthorized;

/** A token just issued, its instants in epoch ms, or what a check tells without one. */
export type FetchedToken =
  | { readonly kind: "issued"; readonly value: string; readonly issuedAt: number; readonly expiresAt: number }
  | NotAuthorized;

/** Gets a new token from ChinaUMS before `deadline` (epoch ms). Never throws. */
export type FetchToken = (pair: KeyPair, deadline: number) => Promise<FetchedToken>;

/** The one token of an AppId that all instances call with. Never throws; deadlines are epoch ms. */
export interface SharedToken {
  get(pair: KeyPair, deadline: number): Promise<TokenResult>;
  /** The token to try after ChinaUMS has rejected this one: the newer one of another instance, else a new one. */
  insteadOf(rejected: string, pair: KeyPair, deadline: number): Promise<TokenResult>;
}

export type SharedTokenDeps = {
  readonly store: TokenStore;
  readonly fetchToken: FetchToken;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Names the holder of one lease; never the same twice. */
  readonly newOwner: () => string;
};

/** The longest that getting a token may take, the second try included. */
const fetchMs = 6_000;
/** Longer than its holder works. When the holder dies, the lease ends soon enough for the others to wait for it. */
const leaseMs = 8_000;
/**
 * The shortest time between two replacements of rejected tokens. Ten tokens are valid at once, so a token stays valid for
 * ten times this even if every new one is rejected. No call lasts that long.
 */
const replaceMs = 5_000;
/** Users of a token that should be refreshed read the record again after this time. */
const recheckRecordMs = 5_000;
const pollMs = { first: 40, last: 640 } as const;

/**
 * Takes the token from memory, else from the record that all instances share, else from ChinaUMS. One instance at a time gets
 * a new token, under a lease. The others go on with the old one, or wait where there is none.
 */
export function createSharedToken(deps: SharedTokenDeps): SharedToken {
  const { store, fetchToken, now, random, sleep, newOwner } = deps;
  let kept: { readonly appId: string; readonly token: AccessToken; refreshAt: number } | undefined;
  const underWay = new Map<string, { readonly result: Promise<TokenResult>; readonly deadline: number }>();

  function keep(appId: string, token: AccessToken): TokenResult {
    kept = { appId, token, refreshAt: refreshFrom(token, random) };
    return { kind: "token", value: token.value };
  }

  /** Undefined when another instance has written the record first. */
  async function fetchUnderLease(
    pair: KeyPair,
    before: TokenRecord | undefined,
    replacing: boolean,
    deadline: number,
  ): Promise<TokenResult | undefined> {
    const startedAt = now();
    const version = (before?.version ?? 0) + 1;
    const lease = { owner: newOwner(), until: startedAt + leaseMs };
    const leased: TokenRecord = { version, lease, token: before?.token, failure: before?.failure };
    if (!(await store.replace(pair.appId, before?.version, leased))) return undefined;
    const fetched = await fetchToken(pair, Math.min(deadline, startedAt + fetchMs));
    const done = { version: version + 1, lease: undefined };
    if (fetched.kind === "none") {
      const failure = { at: now(), reading: fetched.reading, code: fetched.code };
      // If this write fails, the lease ends by itself.
      await store.replace(pair.appId, version, { ...done, token: leased.token, failure }).catch(() => undefined);
      return fetched;
    }
    const { value, issuedAt, expiresAt } = fetched;
    const token = { value, issuedAt, expiresAt, replaceableAt: replacing ? issuedAt + replaceMs : issuedAt };
    const saved = await store
      .replace(pair.appId, version, { ...done, token, failure: undefined })
      .catch(() => undefined);
    // A token that the others cannot find serves this one call, and is not kept.
    return saved ? keep(pair.appId, token) : { kind: "token", value };
  }

  async function obtain(pair: KeyPair, rejected: string | undefined, deadline: number): Promise<TokenResult> {
    const startedAt = now();
    for (let pauseMs: number = pollMs.first; ; pauseMs = Math.min(pauseMs * 2, pollMs.last)) {
      const record = await store.read(pair.appId);
      const token = record?.token;
      if (token !== undefined && token.value !== rejected && isUsable(token, now())) return keep(pair.appId, token);
      if (token !== undefined && token.value === rejected && now() < token.replaceableAt) return rejectedAgain;
      const failure = sharedFailure(record, startedAt, now());
      if (failure !== undefined) return none(failure.reading, failure.code);
      if (!isLeased(record, now())) {
        const fetched = await fetchUnderLease(pair, record, rejected !== undefined, deadline);
        if (fetched !== undefined) return fetched;
      }
      if (now() + pauseMs >= deadline) return waitedInVain;
      await sleep(withJitter(pauseMs, random));
    }
  }

  /** Joins the calls of this instance that want the same at the same time. */
  async function obtainOnce(pair: KeyPair, rejected: string | undefined, deadline: number): Promise<TokenResult> {
    const what = JSON.stringify([pair.appId, rejected]);
    const running = underWay.get(what);
    if (running !== undefined) {
      if (running.deadline <= deadline) return await running.result;
      return await Promise.race([running.result, sleep(deadline - now()).then(() => waitedInVain)]);
    }
    const result = obtain(pair, rejected, deadline)
      .catch((): TokenResult => recordUnknown)
      .finally(() => underWay.delete(what));
    underWay.set(what, { result, deadline });
    return await result;
  }

  async function refresh(pair: KeyPair, old: AccessToken): Promise<void> {
    const record = await store.read(pair.appId);
    const newer = record?.token;
    if (newer !== undefined && newer.value !== old.value && isUsable(newer, now())) keep(pair.appId, newer);
    else if (!isLeased(record, now()) && sharedFailure(record, now(), now()) === undefined) {
      await fetchUnderLease(pair, record, false, now() + fetchMs);
    }
  }

  const usable = (appId: string) => (kept?.appId === appId && isUsable(kept.token, now()) ? kept : undefined);

  return {
    async get(pair, deadline) {
      const mine = usable(pair.appId);
      if (mine === undefined) return await obtainOnce(pair, undefined, deadline);
      if (now() >= mine.refreshAt) {
        mine.refreshAt = now() + recheckRecordMs;
        // The call goes on with the old token meanwhile. A refresh that fails is tried again.
        refresh(pair, mine.token).catch(() => undefined);
      }
      return { kind: "token", value: mine.token.value };
    },
    async insteadOf(rejected, pair, deadline) {
      const mine = usable(pair.appId);
      if (mine === undefined || mine.token.value === rejected) return await obtainOnce(pair, rejected, deadline);
      return { kind: "token", value: mine.token.value };
    },
  };
}

function none(reading: NotAuthorized["reading"], code: string): NotAuthorized {
  return { kind: "none", reading, code };
}

const waitedInVain = none({ kind: "unclear", cause: "timeout" }, "NO_TOKEN");

/** Without the record ChinaUMS is not asked either, because every instance would then ask by itself. */
const recordUnknown = none({ kind: "blocked", by: "credentials" }, "NO_TOKEN");

/** A token as good as new was rejected, so another one would be rejected too. */
const rejectedAgain = none({ kind: "blocked", by: "credentials" }, "TOKEN_REJECTED");
