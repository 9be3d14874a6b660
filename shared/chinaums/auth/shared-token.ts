import { withJitter } from "../../refund/recheck-ladder.ts";
import type { NotAuthorized } from "../refund-query/check-upstream.ts";
import type { FetchToken } from "./fetch-token.ts";
import type { Credentials } from "./open-body-sig.ts";
import {
  type AccessToken,
  isLeased,
  isUsable,
  refreshFrom,
  sharedFailure,
  type TokenRecord,
  type TokenStore,
} from "./token-record.ts";

/** A token to call with, or what a check tells without one. */
export type TokenResult = { readonly kind: "token"; readonly value: string } | NotAuthorized;

/** The one token of an AppId that all instances call with. Never throws; deadlines are epoch ms. */
export interface SharedToken {
  get(pair: Credentials, deadline: number): Promise<TokenResult>;
  /** The token to try after upstream has rejected this one: somebody else's newer one, else a new one. */
  insteadOf(rejected: string, pair: Credentials, deadline: number): Promise<TokenResult>;
}

export type SharedTokenDeps = {
  readonly store: TokenStore;
  readonly fetchToken: FetchToken;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
};

/** The longest that getting a token may take, retries included. */
const fetchMs = 6_000;
/** Ends by itself when its holder is gone; longer than the holder takes, short enough for the others to wait for it. */
const leaseMs = 8_000;
/**
 * Between two replacements that rejections cause. Ten tokens are valid at once, so even where every new one is rejected, a
 * token stays valid for ten times this, longer than anybody is calling with it.
 */
const replaceMs = 5_000;
/** While a token that is to be refreshed is not, its users check again this often. */
const recheckRecordMs = 5_000;
const pollMs = { first: 40, last: 640 } as const;

/**
 * Takes the token from memory, else from the record that all instances share, else from the platform: one instance at a time
 * gets a new one, under a lease, while the others go on with the old one or, where there is none, wait for it.
 */
export function createSharedToken({ store, fetchToken, now, random, sleep }: SharedTokenDeps): SharedToken {
  let kept: { readonly appId: string; readonly token: AccessToken; refreshAt: number } | undefined;
  const underWay = new Map<string, { readonly result: Promise<TokenResult>; readonly deadline: number }>();

  function keep(appId: string, token: AccessToken): TokenResult {
    kept = { appId, token, refreshAt: refreshFrom(token, random) };
    return { kind: "token", value: token.value };
  }

  /** Undefined when another instance has begun something first. */
  async function fetchUnderLease(
    pair: Credentials,
    before: TokenRecord | undefined,
    replacing: boolean,
    deadline: number,
  ): Promise<TokenResult | undefined> {
    const startedAt = now();
    const version = (before?.version ?? 0) + 1;
    const mine: TokenRecord = {
      token: before?.token,
      failure: before?.failure,
      version,
      leaseUntil: startedAt + leaseMs,
    };
    if (!(await store.replace(pair.appId, before?.version, mine))) return undefined;
    const fetched = await fetchToken(pair, Math.min(deadline, startedAt + fetchMs));
    const done = { version: version + 1, leaseUntil: 0 };
    if (fetched.kind === "none") {
      const failure = { at: now(), reading: fetched.reading, code: fetched.code };
      // Left undone, the lease ends by itself.
      await store.replace(pair.appId, version, { ...done, token: mine.token, failure }).catch(() => false);
      return fetched;
    }
    const { value, issuedAt, expiresAt } = fetched;
    const token = { value, issuedAt, expiresAt, replaceableAt: replacing ? issuedAt + replaceMs : issuedAt };
    const saved = await store.replace(pair.appId, version, { ...done, token, failure: undefined }).catch(() => false);
    // One that the others will not find serves this once.
    return saved ? keep(pair.appId, token) : { kind: "token", value };
  }

  async function obtain(pair: Credentials, rejected: string | undefined, deadline: number): Promise<TokenResult> {
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

  /** Together with whoever wants the same in this instance right now. */
  async function obtainOnce(pair: Credentials, rejected: string | undefined, deadline: number): Promise<TokenResult> {
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

  async function refresh(pair: Credentials, old: AccessToken): Promise<void> {
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
        // Behind the call, which goes on with the old one; what fails here is tried again.
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

/** Where the record cannot be read or written the platform is not asked either: every instance would be asking by itself. */
const recordUnknown = none({ kind: "blocked", by: "credentials" }, "NO_TOKEN");

/** A token as good as new was rejected, so another one would be too. */
const rejectedAgain = none({ kind: "blocked", by: "credentials" }, "TOKEN_REJECTED");
