import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll } from "vitest";
import { noTelemetry, type Telemetry } from "../../console/metrics/service-metrics.ts";
import { startConsole } from "../../console/start-console.ts";
import type { PartnerAudit } from "../../operate/partner-audit.ts";
import type { LocalServer } from "../../sandbox/local-server.ts";
import { startSecretsManager } from "../../sandbox/secrets-manager/start-secrets-manager.ts";
import { partnerSecretPrefix, webhookSecretPrefix } from "../../shared/names.ts";
import { defaultLadders } from "../../shared/refund/recheck-ladder.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import { localSecretsManager } from "../../tools/local-aws.ts";
import { addPartner } from "../../tools/partner-secrets.ts";
import { layout, refundItem } from "./refund-items.ts";
import { newTable } from "./tables.ts";

export const token = "test-token";

/** A console on a table and secrets of its own, for the tests of one file, and a client that has come in. */
export function useConsole({
  isReadOnly = false,
  telemetry = noTelemetry,
}: {
  isReadOnly?: boolean;
  telemetry?: Telemetry;
} = {}) {
  let server: LocalServer;
  let secrets: LocalServer;
  let on: Awaited<ReturnType<typeof newTable>>;
  const changes: string[] = [];
  beforeAll(async () => {
    on = await newTable();
    secrets = await startSecretsManager({ file: join(mkdtempSync(join(tmpdir(), "console-")), "secrets.json") });
    const client = localSecretsManager(secrets.url);
    const partners = { client, prefix: partnerSecretPrefix("local") };
    await addPartner(partners, "north-shop", ["898310148160568"]);
    const audit: PartnerAudit = {
      record: async ({ partnerId, change }, _, make) => {
        const made = await make();
        changes.push(`${change} ${partnerId}`);
        return made;
      },
      read: async () => [],
    };
    server = await startConsole({
      ...on,
      port: 0,
      token,
      isReadOnly,
      partners,
      webhooks: { client, prefix: webhookSecretPrefix("local") },
      openPartnerAudit: async () => audit,
      telemetry,
      ladders: defaultLadders,
      localRun: undefined,
      by: "tester",
      now: Date.now,
      random: Math.random,
      sleep: async () => undefined,
    });
  });
  afterAll(async () => {
    await server.close();
    await secrets.close();
  });

  const origin = () => new URL(server.url).origin;
  const cookie = () => `refund-console-${new URL(server.url).port}=${token}`;

  async function get(path: string, headers: Record<string, string> = {}) {
    const response = await fetch(origin() + path, { redirect: "manual", headers: { cookie: cookie(), ...headers } });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  return {
    origin,
    get,
    changes,
    table: () => on,
    put: async (refund: Refund) => {
      await on.client.send(new PutItemCommand({ TableName: on.table, Item: refundItem(refund, layout) }));
      return refund;
    },
    /** Sends a form as the page at `from` has it, with what else is filled in. */
    async post(path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) {
      const { text } = await get("/partners");
      const csrf = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? "";
      const response = await fetch(origin() + path, {
        method: "POST",
        redirect: "manual",
        headers: { cookie: cookie(), ...headers },
        body: new URLSearchParams({ csrf, ...form }),
      });
      return { status: response.status, location: response.headers.get("location"), text: await response.text() };
    },
  };
}
