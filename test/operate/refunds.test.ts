import { describe, expect, test } from "vitest";
import { deliveriesAt } from "../support/listener.ts";
import { newDataDir, useLocalRun } from "../support/local-run.ts";
import { newOrder } from "../support/partner.ts";
import { runEntry } from "../support/run-command.ts";
import { script } from "../support/simulator-control.ts";

const data = newDataDir();
const local = useLocalRun({ data, sweepEveryMs: 500, ladder: "10m" });
const refunds = (...args: string[]) => runEntry("operate/refunds.ts", ["--data", data, ...args]);
const listed = async (...args: string[]) =>
  (JSON.parse((await refunds("list", "--json", ...args)).stdout) as { merOrderId: string }[]).map((r) => r.merOrderId);

describe("npm run refunds", () => {
  test("list shows what is not final, and filters by state, last reading and age", async () => {
    const orders = { pending: newOrder("PROCESSING-"), blocked: newOrder("BADSIGN-"), final: newOrder("SUCCESS-") };
    for (const order of Object.values(orders)) await local.partner().ask(order);
    const { stdout, status } = await refunds("list");
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`${orders.pending} +pending +processing PROCESSING +1 `));
    expect(stdout).toMatch(new RegExp(`${orders.blocked} +pending +blocked/credentials 1000 +0 `));
    expect(stdout).not.toContain(orders.final);
    expect(await listed("--state", "blocked")).toEqual([orders.blocked]);
    expect(await listed("--state", "succeeded")).toEqual([orders.final]);
    expect(await listed("--older-than", "1d")).toEqual([]);
  });

  test("show tells the state, the next check, and the answers as a timeline", async () => {
    const order = newOrder();
    await script(local.ready().upstreamUrl, order, [{ refundStatus: "PROCESSING" }]);
    await local.partner().ask(order);
    const { stdout, status } = await refunds("show", local.partner().mid, order);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^State +pending/m);
    expect(stdout).toMatch(/^Next check +\d{4}-/m);
    expect(stdout).toMatch(/^\S+Z +processing +SUCCESS +PROCESSING/m);
  });

  test("recheck has a refund checked now, though its next check is far away", async () => {
    const order = newOrder();
    await script(local.ready().upstreamUrl, order, [{ refundStatus: "PROCESSING" }, { refundStatus: "SUCCESS" }]);
    await local.partner().ask(order);
    const { stdout, status } = await refunds("recheck", local.partner().mid, order, "--json");
    expect(status).toBe(0);
    const told = JSON.parse(stdout) as { state: string; answers: { reading: string }[] };
    expect(told.state).toBe("succeeded");
    expect(told.answers.map(({ reading }) => reading)).toEqual(["processing", "settled/succeeded"]);
  });

  test("redeliver sends an event again that has arrived, under the same id and with the same body", async () => {
    const order = newOrder("SUCCESS-");
    await local.partner().ask(order);
    const arrived = async () =>
      (await deliveriesAt(local.ready().receiver.url)).filter(({ body }) => body.includes(order));
    await expect.poll(arrived).toHaveLength(1);
    const [first] = await arrived();
    const { stdout, status } = await refunds("redeliver", "--id", String(first?.id));
    expect([status, stdout]).toEqual([0, "1 event is due again. The next sweep sends them, within a minute.\n"]);
    await expect.poll(arrived).toHaveLength(2);
    const [, second] = await arrived();
    expect(second).toMatchObject({ id: first?.id, body: first?.body, verified: true });
    const shown = await refunds("show", local.partner().mid, order);
    expect(shown.stdout).toMatch(new RegExp(`north-shop +${first?.id} .* delivered$`, "m"));
  });

  test("what is wrong is one plain sentence, and ends with 1", async () => {
    const { mid } = local.partner();
    expect(await refunds("recheck", mid, "NOBODYS-1")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^no refund/),
    });
    expect(await refunds("show", mid, "NOBODYS-1")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^no refund/),
    });
    expect(await refunds("list", "--state", "lost")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^no such/),
    });
    expect(await refunds("list", "--older-than", "old")).toMatchObject({ status: 1 });
    expect(await refunds("sing")).toMatchObject({ status: 1, stderr: expect.stringMatching(/^npm run refunds/) });
  });
});
