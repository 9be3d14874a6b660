import { CfnOutput, type Environment, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { defaultStage, stackName } from "../shared/names.ts";
import { Alarms } from "./constructs/alarms.ts";
import { Backup } from "./constructs/backup.ts";
import { Dashboard } from "./constructs/dashboard.ts";
import { DeadLetters } from "./constructs/dead-letters.ts";
import { Egress } from "./constructs/egress.ts";
import { EncryptionKey } from "./constructs/encryption-key.ts";
import { PartnerApi } from "./constructs/partner-api.ts";
import { Probe } from "./constructs/probe.ts";
import { RecheckSchedule } from "./constructs/recheck-schedule.ts";
import { RefundTable } from "./constructs/refund-table.ts";
import { Rollout } from "./constructs/rollout.ts";
import { Secrets } from "./constructs/secrets.ts";
import { ServiceFunction } from "./constructs/service-function.ts";
import { TellTriggers } from "./constructs/tell-triggers.ts";
import { acknowledgePciFindings } from "./pci-findings.ts";
import type { Settings } from "./settings.ts";

/** The whole service. Partners ask through the API and the schedule keeps checking; both ask ChinaUMS and write one table. */
export class RefundStatusStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings, env: Environment = {}) {
    const { stage } = settings;
    super(scope, id, {
      env,
      stackName: stackName(stage),
      description: "Checks refunds at ChinaUMS until they are final, and answers partners who ask about them.",
      tags: { service: "refund-status", stage },
      terminationProtection: stage === defaultStage,
    });

    const { key } = settings.keys === "aws" ? {} : new EncryptionKey(this, "Encryption", { stage });
    const refunds = new RefundTable(this, "Refunds", { settings, key });
    if (settings.backup !== undefined) {
      new Backup(this, "Backup", { stage, backup: settings.backup, tableArn: refunds.tableArn, key });
    }
    const secrets = new Secrets(this, "Secrets", { stage, key });
    const egress = new Egress(this, "Egress", { settings, key });
    const deadLetters = new DeadLetters(this, "DeadLetters", { key });

    const logs = { logRetentionDays: settings.logRetentionDays, keepLogs: settings.keepLogs, logKey: key };
    const baseEnv = { STAGE: stage, TABLE_NAME: refunds.tableName, SHARDS: String(settings.shards) };
    const serviceEnv = {
      ...baseEnv,
      PLATFORM_SECRET_ID: secrets.platformSecretName,
      UPSTREAM_BASE_URL: settings.upstreamBaseUrl,
      UPSTREAM_AUTH: settings.upstreamAuth,
      TOKEN_VERSION: settings.tokenVersion,
      TOKEN_HEADER: settings.tokenHeader,
      NEED_DATA_TAG: `${settings.needDataTag}` as const,
      OPEN_LADDER: settings.openLadder,
      NOT_FOUND_LADDER: settings.notFoundLadder,
      PRODUCT_LADDERS: JSON.stringify(settings.ladders),
    };
    const partnerEnv = {
      PARTNER_SECRET_PREFIX: secrets.partnerSecretPrefix,
      PARTNER_PER_SECOND: String(settings.partnerRate),
      PARTNER_BURST: String(settings.partnerBurst),
      EXPECTED_WAITS: JSON.stringify(settings.expected),
    };
    const refundQuery = new ServiceFunction(this, "RefundQuery", {
      name: "refund-query",
      description: "Answers a partner's question about one refund.",
      environment: { ...serviceEnv, ...partnerEnv },
      memoryMb: settings.queryMemoryMb,
      timeoutSeconds: settings.queryTimeoutSeconds,
      reserved: settings.queryReserved,
      ...logs,
      egress,
    });
    const refundRecheck = new ServiceFunction(this, "RefundRecheck", {
      name: "refund-recheck",
      description: "Checks every refund that is due, until it is final.",
      environment: { ...serviceEnv, CONCURRENCY: String(settings.recheckConcurrency) },
      memoryMb: settings.recheckMemoryMb,
      timeoutSeconds: settings.recheckTimeoutSeconds,
      reserved: settings.recheckReserved,
      ...logs,
      egress,
    });
    const refundTell = new ServiceFunction(this, "RefundTell", {
      name: "refund-tell",
      description: "Tells partners what has become of their refunds.",
      environment: {
        ...baseEnv,
        PARTNER_SECRET_PREFIX: secrets.partnerSecretPrefix,
        WEBHOOK_SECRET_PREFIX: secrets.webhookSecretPrefix,
        WEBHOOK_LOOPBACK: "",
        CONCURRENCY: String(settings.tellConcurrency),
      },
      memoryMb: settings.tellMemoryMb,
      timeoutSeconds: 60,
      reserved: settings.tellReserved,
      ...logs,
    });
    const refundFeed = new ServiceFunction(this, "RefundFeed", {
      name: "refund-feed",
      description: "Registers refunds that a partner wants to be told of, and reads it its events.",
      environment: { ...baseEnv, ...partnerEnv },
      memoryMb: settings.feedMemoryMb,
      timeoutSeconds: settings.queryTimeoutSeconds,
      reserved: settings.feedReserved,
      ...logs,
    });
    const api = new PartnerApi(this, "Api", { refundQuery, refundFeed, settings, key });
    if (settings.probe !== undefined) {
      const { partnerSecretPrefix } = secrets;
      new Probe(this, "Probe", { probe: settings.probe, stage, logs, url: api.url, partnerSecretPrefix, deadLetters });
    }
    new RecheckSchedule(this, "Schedule", { target: refundRecheck, groups: settings.groups, deadLetters });
    new TellTriggers(this, "Tell", { target: refundTell, refunds, deadLetters });

    refunds.grantClaimAndSettle(refundQuery);
    refunds.grantSweepAndSettle(refundRecheck);
    secrets.grantReadPlatformSecret(refundQuery);
    secrets.grantReadPlatformSecret(refundRecheck);
    secrets.grantReadPartnerSecrets(refundQuery);
    refunds.grantTell(refundTell);
    secrets.grantReadPartnerSecrets(refundTell);
    secrets.grantReadWebhookSecrets(refundTell);
    refunds.grantWatchAndRead(refundFeed);
    refunds.grantSpendShares(refundFeed);
    secrets.grantReadPartnerSecrets(refundFeed);
    refunds.grantSpendShares(refundQuery);
    if (settings.upstreamAuth === "access-token") {
      refunds.grantShareToken(refundQuery);
      refunds.grantShareToken(refundRecheck);
    }

    const alarms = new Alarms(this, "Alarms", {
      settings,
      key,
      api,
      refundQuery,
      refundRecheck,
      refundTell,
      refundFeed,
      deadLetters,
      refunds,
      egress,
    });
    if (settings.rollout === "canary") {
      new Rollout(this, "Rollout", {
        functions: [refundQuery, refundRecheck, refundTell, refundFeed],
        alarms: alarms.endingRollout,
      });
    }
    new Dashboard(this, "Dashboard", {
      settings,
      api,
      functions: [refundQuery, refundRecheck, refundTell, refundFeed],
      refunds,
      alarms,
    });

    new CfnOutput(this, "ApiUrl", { value: api.url, description: "The base URL that partners are given." });
    new CfnOutput(this, "TableName", { value: refunds.tableName });
    new CfnOutput(this, "PlatformSecretName", { value: secrets.platformSecretName });
    new CfnOutput(this, "PartnerSecretPrefix", { value: secrets.partnerSecretPrefix });
    new CfnOutput(this, "AlarmTopicArn", { value: alarms.topicArn });
    egress.outputAddresses();
    acknowledgePciFindings(this, settings);
  }
}
