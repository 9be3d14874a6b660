import { afterEach, expect, test, vi } from "vitest";
import { openDeployment } from "../../console/open-deployment.ts";
import { defaultLadders } from "../../shared/refund/recheck-ladder.ts";
import { minuteMs } from "../support/refunds.ts";
import { type ScriptedAnswer, startScriptedServer } from "../support/scripted-server.ts";

afterEach(() => vi.unstubAllEnvs());

/** What the console has of a deployed stage in an account that answers so. */
async function open(answer: ScriptedAnswer) {
  const account = await startScriptedServer(answer);
  vi.stubEnv("AWS_ENDPOINT_URL", account.url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "a");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "b");
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
  const opened = await openDeployment({ stage: "test", region: "eu-west-1", table: "Restored", data: ".sandbox" });
  return { account, ...opened };
}

test("of a deployed stage the console says when checks come by the ladders of its own function", async () => {
  const Variables = { OPEN_LADDER: "1m*2", NOT_FOUND_LADDER: "5m", PRODUCT_LADDERS: "{}" };
  const { account, ladders, table, partners, localRun } = await open({
    status: 200,
    body: { Environment: { Variables } },
  });
  await using _ = account;
  expect(account.received[0]?.path).toMatch(/\/functions\/RefundStatus-test-refund-recheck\/configuration$/);
  expect(ladders).toEqual({ open: [minuteMs, minuteMs], byProduct: {}, notFound: [5 * minuteMs] });
  expect([table, partners.prefix, localRun]).toEqual(["Restored", "refund-status/test/partners/", undefined]);
});

test("without the rights to look at functions and metrics, the rest of the console is there", async () => {
  const refused = { status: 403, headers: { "x-amzn-errortype": "AccessDeniedException" }, body: { message: "no" } };
  const { account, ladders, telemetry } = await open(refused);
  await using _ = account;
  expect(ladders).toEqual(defaultLadders);
  expect(await telemetry.readMetrics(Date.now())).toBeUndefined();
});
