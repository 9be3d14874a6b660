import { describe, expect, test } from "vitest";
import { runRefunds } from "../../operate/refunds-program.ts";
import { deliveriesAt } from "../support/listener.ts";
import { newDataDir, useLocalRun } from "../support/local-run.ts";
import { newOrder } from "../support/partner.ts";
import { runHere } from "../support/run-command.ts";
import { script } from "../support/simulator-control.ts";

const data = newDataDir();
const local = useLocalRun({ data, sweepEveryMs: 500, ladder: "10m" });
const refunds = (...args: string[]) => runHere(runRefunds, ["--data", data, ...args]);
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
    expect(stdout).toMatch(/\n\n2 refunds\n$/);
    expect(await listed("--state", "blocked")).toEqual([orders.blocked]);
    // It is found by what its partner was told, which comes a moment later.
    await expect.poll(() => listed("--state", "succeeded")).toEqual([orders.final]);
    expect(await listed("--state", "failed")).toEqual([]);
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

  test("show finds a refund by its order number alone, under any product that an open refund has", async () => {
    const order = newOrder();
    await script(local.ready().upstreamUrl, order, [{ refundStatus: "PROCESSING" }]);
    await local.partner().ask(order, { instMid: "NEWPRODUCT" });
    const { stdout, status } = await refunds("show", order);
    expect([status, stdout]).toEqual([0, expect.stringMatching(new RegExp(`^Refund +${order} .* NEWPRODUCT$`, "m"))]);
  });

  test("show finds a refund by the key that its partner used, and says until when the key counts", async () => {
    const [order, key] = [newOrder("SUCCESS-"), newOrder("key of ")];
    const { headers } = await local.partner().ask(order, {}, { "Idempotency-Key": `"${key}"` });
    const expires = headers.get("idempotency-key-expires") ?? "";
    const { stdout, status } = await refunds("show", "--key", `"${key}"`);
    expect([status, stdout]).toEqual([0, expect.stringMatching(`^Key of     north-shop  counts until ${expires}`)]);
    expect(stdout).toMatch(new RegExp(`^Refund +${order} `, "m"));
    const ofPartner = await refunds("show", "--key", `"${key}"`, "--partner", "north-shop", "--json");
    expect(JSON.parse(ofPartner.stdout)).toMatchObject({
      merOrderId: order,
      idempotencyKeys: [{ partnerId: "north-shop", expiresAt: expires }],
    });
    const ofAnother = await refunds("show", "--key", `"${key}"`, "--partner", "south-shop");
    expect(ofAnother.stderr).toMatch(/^no such Idempotency-Key of south-shop is on record/);
    expect((await refunds("show", "--key", key)).stderr).toBe("no Idempotency-Key is like that\n");
    expect((await refunds("show", order, "--key", "k")).stderr).toMatch(/not by both/);
    expect((await refunds("show", order, "--partner", "north-shop")).stderr).toBe("--partner goes with --key\n");
  });

  test("recheck has all checked that options choose, once their count is confirmed", async () => {
    const order = newOrder();
    await script(local.ready().upstreamUrl, order, [{ refundStatus: "PROCESSING" }, { refundStatus: "SUCCESS" }]);
    await local.partner(1).ask(order);
    const chosen = ["recheck", "--partner", "south-shop", "--data", data];
    const refused = await runHere(runRefunds, chosen, "no\n");
    expect(refused).toEqual({
      status: 1,
      stdout: "",
      stderr: "1 refund will be checked by the next sweep.\nType yes to go on: Nothing was changed.\n",
    });
    const { status, stdout } = await runHere(runRefunds, chosen, "yes\n");
    expect([status, stdout]).toEqual([0, "1 refund is due now. The next sweep checks them, within a minute.\n"]);
    await expect.poll(() => listed("--partner", "south-shop")).toEqual([]);
    const { stderr } = await refunds("recheck", "--partner", "south-shop", "--yes");
    expect(stderr).toBe("no refund is so\n");
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
    expect([status, stdout]).toEqual([0, "1 event is due again. The next sweep sends it, within a minute.\n"]);
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
    const said = async (...args: string[]) => {
      const { status, stdout, stderr } = await refunds(...args);
      return [status, stdout, stderr];
    };
    const text = (sentence: string) => [1, "", expect.stringContaining(sentence)];
    expect(await said("list", "--state", "not_fund")).toEqual(text("Did you mean not_found?"));
    expect(await said("list", "needs_review")).toEqual(text("Did you mean list --state needs_review?"));
    expect(await said("list", "--older-than", "old")).toEqual(text("It is an age such as 30m, 12h or 1d."));
    expect(await said("list", "--limit", "some")).toEqual(text("It is a whole number from 1 to"));
    expect(await said("list", "--stat", "pending")).toEqual(text("(Did you mean --state?)"));
    expect(await said("shwo", mid)).toEqual(text("(Did you mean show?)"));
    expect(await said("list", "--since", "2026-03-01T00:00:00Z")).toEqual(
      text("--since is for --state succeeded, failed and needs_review"),
    );
    expect(await said("show")).toEqual(text("name one refund"));
  });
});
