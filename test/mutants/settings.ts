import { join, matchesGlob } from "node:path";

export const root = join(import.meta.dirname, "../..");

/** The folders whose sources are changed. Each has a score of its own. */
export const folders = ["shared/refund", "shared/chinaums", "shared/aws", "shared/partner"];

/** Tests that need the database engine, which takes longer: they are asked when no other has noticed. */
const withDatabase = [
  "test/aws/{batched-puts,dynamo-*,shared-token,stored-layouts*,table}.test.ts",
  "test/chinaums/refund-query/access-token-check.test.ts",
  "test/functions/{answer-status-request,recheck-due}.test.ts",
  "test/partner/partner-shares.test.ts",
];

/** The tests that judge them. Tests of whole processes are not here because they cannot see a change. */
export const tests = ["test/{refund,chinaums,aws,partner}/**/*.test.ts", ...withDatabase];

export const needsDatabase = (testFile: string) => withDatabase.some((pattern) => matchesGlob(testFile, pattern));

/** What a type check of those folders reads: they and their callers. */
export const typed = ["shared", "functions"];

/** The least share of the changes of one folder that the tests must notice. */
export const leastScore = 0.92;

/** How many changes are tried at once. */
export const workers = 2;

/** How long test files may take under a change, for the time that they take without one. */
export const limitMs = (usualMs: number) => 10_000 + 2 * usualMs;
