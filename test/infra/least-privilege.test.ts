import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type FunctionName, functionNames } from "../../functions/function-envs.ts";
import type { AnswerStep } from "../../sandbox/receiver/answer-step.ts";
import { localStack } from "../../sandbox/stack/local-stack.ts";
import { type LocalSettings, synthesizedTemplate, type Template } from "../../sandbox/stack/synthesized-template.ts";
import { changesPath, watchPath } from "../../shared/names.ts";
import { rightsOf, roleOf } from "../support/iam.ts";
import { useLocalRun } from "../support/local-run.ts";
import { createPartner, newOrder } from "../support/partner.ts";
import { covers, type Right } from "../support/policies.ts";
import { type RecordedCall, startRecordingProxy } from "../support/recording-proxy.ts";
import { asDeployed, rightsNeeded } from "../support/rights-needed.ts";
import { signedPost } from "../support/signed-post.ts";
import { script } from "../support/simulator-control.ts";
import { hasEndpoint, leavePage, makeAllDue, scriptReceiver, streamEventOf } from "../support/telling.ts";
import { withAccessToken } from "../support/template-setup.ts";

/** What Lambda itself does in a function's role; no bundle calls these. */
const doneByLambda = [
  "logs:CreateLogStream",
  "logs:PutLogEvents",
  "sqs:SendMessage",
  "dynamodb:DescribeStream",
  "dynamodb:GetRecords",
  "dynamodb:GetShardIterator",
  "dynamodb:ListStreams",
];

const platform = { appId: "the-platform", appKey: "the-platforms-key" };
const allShards = { shards: Array.from({ length: 16 }, (_, shard) => String(shard)) };

describe.each([
  ["a signature over each body", {}],
  ["an access token", withAccessToken],
])("with %s", (_, settings: LocalSettings) => {
  const calls: Record<FunctionName, RecordedCall[]> = {
    "refund-query": [],
    "refund-recheck": [],
    "refund-tell": [],
    "refund-feed": [],
  };
  const proxies: { close(): Promise<void> }[] = [];
  const local = useLocalRun({
    instances: 2,
    settings,
    platform,
    async endpointsOf(name, endpoints) {
      const between = async (endpoint: string) => {
        const proxy = await startRecordingProxy(endpoint, (call) => calls[name].push(call));
        proxies.push(proxy);
        return proxy.url;
      };
      return { dynamodb: await between(endpoints.dynamodb), secretsManager: await between(endpoints.secretsManager) };
    },
  });
  afterAll(() => Promise.all(proxies.map((proxy) => proxy.close())));

  let template: Template;
  beforeAll(async () => {
    template = await synthesizedTemplate(settings);
    const { upstreamUrl } = local.ready();
    const partner = local.partner();
    const stranger = createPartner(local.ready().url, { appId: "nobody", appKey: "nothing" }, partner.mid);

    await partner.ask(newOrder("SUCCESS-"));
    await partner.ask(newOrder("SUCCESS-"), {}, { "Idempotency-Key": "chosen" });
    await stranger.ask(newOrder("SUCCESS-"));
    const shared = newOrder();
    await script(upstreamUrl, shared, [{ delayMs: 300, refundStatus: "SUCCESS" }]);
    await Promise.all([partner.ask(shared), partner.ask(shared), partner.ask(shared)]);

    // A request whose answer takes the place of another, and a final refund that an operator has verified.
    const changing = newOrder();
    await script(upstreamUrl, changing, [{ refundStatus: "PROCESSING" }, { refundStatus: "SUCCESS" }]);
    await partner.ask(changing);
    await local.makeOutdated(changing);
    await partner.ask(changing);
    await local.requestCheck(changing);
    // Its partner is told first, and then it is verified.
    await local.invoke("refund-tell", await streamEventOf(local.table(), local.identityOf(changing)));
    await local.invoke("refund-recheck", allShards);

    // Both a refund that settles when it is rechecked, and one that stays open with an answer that is known already.
    for (const order of [newOrder("SETTLES-"), newOrder("PROCESSING-")]) {
      // Whoever asks next with a token has to see to another one.
      await local.forgetToken(platform.appId);
      await partner.ask(order);
      await local.forgetToken(platform.appId);
      await local.makeDue(order);
      await local.invoke("refund-recheck", allShards);
      await local.makeDue(order);
      await local.invoke("refund-recheck", allShards);
    }
    await tellEverything();
  });

  /** Webhooks that go well, fail once, and are ended, a refund that is registered and swept, and a feed with a page too many. */
  async function tellEverything(): Promise<void> {
    const { url, receiver, partners } = local.ready();
    const [{ partnerId } = { partnerId: "" }] = partners;
    const partner = local.partner();
    const table = local.table();
    const answers = (steps: AnswerStep[]) => scriptReceiver(receiver.url, steps);
    const tid = "88880001";

    const watched = local.identityOf(newOrder("SUCCESS-"));
    const left = local.identityOf(newOrder("SUCCESS-"));
    for (const refunds of [[{ ...watched, tid }], [{ ...left, tid }]]) {
      await signedPost(url, partner.pair, watchPath, { refunds });
    }
    await local.invoke("refund-recheck", allShards);
    await local.invoke("refund-tell", await streamEventOf(table, watched));
    const failing = local.identityOf(newOrder("SUCCESS-"));
    await partner.ask(failing.merOrderId);
    await answers([{ status: 500 }]);
    await local.invoke("refund-tell", await streamEventOf(table, failing));
    for (const refund of [failing, left]) await makeAllDue(table, refund);
    await local.invoke("refund-tell", allShards);
    // An instance that knows of no trouble with the endpoint looks again after some seconds, and then forgets it.
    const isForgotten = async () => {
      const delivered = local.identityOf(newOrder("SUCCESS-"));
      await partner.ask(delivered.merOrderId);
      await local.invoke("refund-tell", await streamEventOf(table, delivered));
      return !(await hasEndpoint(table, partnerId));
    };
    await vi.waitUntil(isForgotten, { timeout: 60_000, interval: 500 });

    const gone = local.identityOf(newOrder("SUCCESS-"));
    await partner.ask(gone.merOrderId);
    await answers([{ status: 410 }]);
    await local.invoke("refund-tell", await streamEventOf(table, gone));

    await leavePage(table, 1_000, { refund: watched, partnerId, sequence: 99 });
    const { body } = await signedPost<{ events: object[] }>(url, partner.pair, changesPath, { limit: 100 });
    expect(body.events.length).toBeGreaterThanOrEqual(4);
    // Read from just before the page that lists what never was, because the feed ends before it.
    await signedPost(url, partner.pair, changesPath, { cursor: "v1.1000.0" });
  }

  /** Calls that the role does not allow. */
  function missing(name: FunctionName, allowed: Right[]): string[] {
    const needed = calls[name]
      .flatMap((call) => rightsNeeded(call, asDeployed))
      .filter((need) => !allowed.some((right) => covers(right, need)));
    return [...new Set(needed.map(({ action, resource }) => `${name} calls ${action} on ${resource} and may not`))];
  }

  /** Rights that no call makes use of. */
  function unneeded(name: FunctionName, allowed: Right[]): string[] {
    const needed = calls[name].flatMap((call) => rightsNeeded(call, asDeployed));
    return allowed
      .filter(({ action }) => !doneByLambda.includes(action))
      .filter((right) => !needed.some((need) => covers(right, need)))
      .map(({ action, resource }) => `${name} may call ${action} on ${resource} and never does`);
  }

  test.each(functionNames)("%s calls AWS, and only where it has been recorded", (name) => {
    expect(calls[name].length).toBeGreaterThan(5);
  });

  test.each(functionNames)("%s may do everything that it does", (name) => {
    expect(missing(name, rightsOf(template, roleOf(template, name)))).toEqual([]);
  });

  test.each(functionNames)("%s may do nothing that it does not do", (name) => {
    expect(unneeded(name, rightsOf(template, roleOf(template, name)))).toEqual([]);
  });

  test.each(functionNames)("without any one of its rights the test of %s names what is missing", (name) => {
    const allowed = rightsOf(template, roleOf(template, name)).filter(({ action }) => !doneByLambda.includes(action));
    expect(allowed.length).toBeGreaterThan(2);
    for (const taken of allowed) {
      const left = allowed.filter((right) => right !== taken);
      expect(missing(name, left).join("\n")).toContain(`${name} calls ${taken.action} on `);
    }
  });

  test("a right too many is named", () => {
    const { resource } = rightsOf(template, roleOf(template, "refund-query"))[0] ?? { resource: "" };
    const extra = { action: "dynamodb:DeleteItem", resource };
    expect(unneeded("refund-query", [extra])).toEqual([
      `refund-query may call dynamodb:DeleteItem on ${resource} and never does`,
    ]);
  });
});

test("the roles are those of the functions that ran", async () => {
  const { functions } = await localStack();
  expect(Object.keys(functions)).toEqual([...functionNames]);
});

test("the token is let at by the functions that call with one, and by nothing else's rights", async () => {
  const pk = "TOKEN#the-platform";
  const callers: readonly FunctionName[] = ["refund-query", "refund-recheck"];
  for (const [settings, actions] of [
    [{}, []],
    [withAccessToken, ["dynamodb:GetItem", "dynamodb:PutItem"]],
  ] as const) {
    const template = await synthesizedTemplate(settings);
    for (const name of functionNames) {
      const rights = rightsOf(template, roleOf(template, name)).filter(
        ({ action, resource, keys }) =>
          action.startsWith("dynamodb:") &&
          !doneByLambda.includes(action) &&
          !resource.endsWith("/index/due") &&
          covers({ action, resource, keys }, { action, resource, keys: [pk] }),
      );
      expect(rights.map(({ action }) => action)).toEqual(callers.includes(name) ? actions : []);
    }
  }
});
