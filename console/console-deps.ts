import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { PartnerAudit } from "../operate/partner-audit.ts";
import type { Ladders } from "../shared/refund/recheck-ladder.ts";
import type { PartnerSecrets } from "../tools/partner-secrets.ts";
import type { Ready } from "../tools/ready.ts";
import type { WebhookSecrets } from "../tools/webhook-secrets.ts";
import type { Telemetry } from "./metrics/service-metrics.ts";

/** What the page of the simulator needs of the local run, with the folder of its data. */
export type LocalRun = Pick<Ready, "url" | "upstreamUrl" | "partners"> & { readonly data: string };

/** All that the console needs of the outside. */
export type ConsoleDeps = {
  /** Lets in whoever brings it. */
  readonly token: string;
  readonly isReadOnly: boolean;
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly partners: PartnerSecrets;
  readonly webhooks: WebhookSecrets;
  /** The audit trail of partners. It is opened with the first need of it. */
  readonly openPartnerAudit: () => Promise<PartnerAudit>;
  readonly telemetry: Telemetry;
  /** The waits between checks, as the deployment has them. */
  readonly ladders: Ladders;
  /** What is needed to script answers and to ask as a partner; absent but for the local run. */
  readonly localRun: LocalRun | undefined;
  /** Who works with it: the name of the account on this machine. */
  readonly by: string;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
};
