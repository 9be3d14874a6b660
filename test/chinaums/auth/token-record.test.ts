import { describe, expect, test } from "vitest";
import {
  type AccessToken,
  isLeased,
  isUsable,
  refreshFrom,
  sharedFailure,
  type TokenRecord,
} from "../../../shared/chinaums/auth/token-record.ts";

const issuedAt = 1_700_000_000_000;
const token = (lifeMs: number): AccessToken => ({
  value: "token",
  issuedAt,
  expiresAt: issuedAt + lifeMs,
  replaceableAt: issuedAt,
});
const hour = 3_600_000;
const minute = 60_000;

test.each([
  [hour, hour - 15_000],
  [10_000, 9_000],
])("of a token of %i ms the last 15 s, or the last tenth, are not called with", (lifeMs, usableMs) => {
  expect(isUsable(token(lifeMs), issuedAt + usableMs - 1)).toBe(true);
  expect(isUsable(token(lifeMs), issuedAt + usableMs)).toBe(false);
});

test.each([
  [hour, 1, hour - 5 * minute],
  [hour, 0, hour - 2.5 * minute],
  [10 * minute, 1, 7.5 * minute],
  [8_000, 0, 7_000],
])("a token of %i ms is refreshed, by chance of %d, from %i ms on", (lifeMs, chance, fromMs) => {
  expect(refreshFrom(token(lifeMs), () => chance)).toBe(issuedAt + fromMs);
});

test("whatever its life, a token is to be refreshed before it is not called with any more", () => {
  for (const lifeMs of [1_000, 10_000, minute, 10 * minute, hour, 24 * hour]) {
    const latest = refreshFrom(token(lifeMs), () => 0);
    expect(isUsable(token(lifeMs), latest)).toBe(true);
  }
});

describe("a failure", () => {
  const at = issuedAt;
  const failure = { at, reading: { kind: "unclear", cause: "gateway" }, code: "TOKEN_9999" } as const;
  const record: TokenRecord = { version: 3, token: undefined, lease: undefined, failure };

  test("answers for everybody for 2 s", () => {
    expect(sharedFailure(record, at + 1_999, at + 1_999)).toEqual(failure);
    expect(sharedFailure(record, at + 2_000, at + 2_000)).toBeUndefined();
  });

  test("answers, however late they check, for those who were waiting when it happened", () => {
    expect(sharedFailure(record, at, at + 10_000)).toEqual(failure);
    expect(sharedFailure(record, at + 1, at + 10_000)).toBeUndefined();
  });

  test("is none where there is no record, or none in it", () => {
    expect(sharedFailure(undefined, 0, 0)).toBeUndefined();
    expect(sharedFailure({ ...record, failure: undefined }, 0, 0)).toBeUndefined();
  });
});

test("a lease ends by itself", () => {
  const record: TokenRecord = {
    version: 1,
    token: undefined,
    lease: { owner: "instance", until: issuedAt },
    failure: undefined,
  };
  expect([isLeased(record, issuedAt - 1), isLeased(record, issuedAt), isLeased(undefined, 0)]).toEqual([
    true,
    false,
    false,
  ]);
});
