import { expect, test } from "vitest";
import { createUpstream, type UpstreamSettings } from "../../shared/chinaums/upstream.ts";
import { sampleQuestion } from "../support/answers.ts";

const start = 1_700_000_000_000;

/** What is posted for one check by these settings, and until when. */
async function posted(settings: Partial<UpstreamSettings>, withinMs = 18_000) {
  const calls: { body: object; authorization: string; waitMs: number }[] = [];
  const { checkUpstream } = createUpstream(
    { UPSTREAM_AUTH: "body-sig", TOKEN_VERSION: "v1", TOKEN_HEADER: "quoted", NEED_DATA_TAG: "false", ...settings },
    {
      post: async (_, { authorization = "" }, body, deadline) => {
        calls.push({ body: JSON.parse(body), authorization, waitMs: deadline - start });
        return { kind: "timeout" };
      },
      credentials: { current: async () => ({ appId: "app", appKey: "key" }), afterRejected: async () => undefined },
      tokenStore: { read: async () => undefined, replace: async () => false },
      now: () => start,
      random: () => 1,
      newId: () => "0".repeat(32),
      sleep: async () => undefined,
    },
  );
  expect((await checkUpstream(sampleQuestion, start + withinMs)).reading).toMatchObject({ cause: "timeout" });
  return calls[0];
}

test("a check is sent as it is, or wrapped in data, as the setting says", async () => {
  expect((await posted({ NEED_DATA_TAG: "false" }))?.body).toMatchObject({ merOrderId: sampleQuestion.merOrderId });
  expect(Object.keys((await posted({ NEED_DATA_TAG: "true" }))?.body ?? {})).toEqual(["data"]);
});

test("a try has 8 s, or what is left of the check", async () => {
  expect([(await posted({}))?.waitMs, (await posted({}, 3_000))?.waitMs]).toEqual([8_000, 3_000]);
});

test("a check is signed where the setting says so", async () => {
  expect((await posted({}))?.authorization).toMatch(/^OPEN-BODY-SIG AppId="app"/);
});

test("an authorization ahead of the first check may take as long as a check", async () => {
  let now = start;
  const lease = { owner: "other", until: start + 3_600_000 };
  const { authorizeAhead } = createUpstream(
    { UPSTREAM_AUTH: "access-token", TOKEN_VERSION: "v1", TOKEN_HEADER: "quoted", NEED_DATA_TAG: "false" },
    {
      post: async () => ({ kind: "timeout" }),
      credentials: { current: async () => ({ appId: "app", appKey: "key" }), afterRejected: async () => undefined },
      tokenStore: {
        read: async () => ({ version: 1, lease, token: undefined, failure: undefined }),
        replace: async () => false,
      },
      now: () => now,
      random: () => 1,
      newId: () => "0".repeat(32),
      sleep: async (ms) => {
        now += ms;
      },
    },
  );
  expect(await authorizeAhead()).toMatchObject({ kind: "none", code: "NO_TOKEN" });
  expect(now - start).toBeGreaterThan(17_000);
  expect(now - start).toBeLessThan(18_000);
});
