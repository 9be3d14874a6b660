import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pciFindings } from "../../infra/pci-findings.ts";
import { resourcesOf } from "../../sandbox/stack/local-stack.ts";
import { everything, synthesize } from "../support/synthesis.ts";

const full = synthesize(everything);
const plain = synthesize();
const only = (type: string, template = full) => resourcesOf(template, type).map(([, properties]) => properties);
const [[keyId] = []] = resourcesOf(full, "AWS::KMS::Key");

test("one key encrypts all that the stack keeps", () => {
  expect(only("AWS::KMS::Key")).toHaveLength(1);
  const encrypted: Record<string, (properties: Record<string, unknown>) => unknown> = {
    "AWS::DynamoDB::Table": ({ SSESpecification }) => SSESpecification,
    "AWS::SecretsManager::Secret": ({ KmsKeyId }) => KmsKeyId,
    "AWS::Logs::LogGroup": ({ KmsKeyId }) => KmsKeyId,
    "AWS::SNS::Topic": ({ KmsMasterKeyId }) => KmsMasterKeyId,
    "AWS::SQS::Queue": ({ KmsMasterKeyId }) => KmsMasterKeyId,
    "AWS::Backup::BackupVault": ({ EncryptionKeyArn }) => EncryptionKeyArn,
  };
  for (const [type, keyOf] of Object.entries(encrypted)) {
    expect(only(type).length, type).toBeGreaterThan(0);
    for (const properties of only(type)) expect(JSON.stringify(keyOf(properties)), type).toContain(keyId?.slice(0, -8));
  }
});

test("by default there is none, and AWS's own keys encrypt", () => {
  expect(only("AWS::KMS::Key", plain)).toEqual([]);
  expect(only("AWS::DynamoDB::Table", plain)).toMatchObject([{ SSESpecification: { SSEEnabled: true } }]);
  expect(only("AWS::SQS::Queue", plain)).toMatchObject([{ SqsManagedSseEnabled: true }]);
});

test("the key is turned, named, and kept when the stack is gone", () => {
  expect(only("AWS::KMS::Key")).toMatchObject([{ EnableKeyRotation: true }]);
  expect(only("AWS::KMS::Alias")).toMatchObject([{ AliasName: "alias/refund-status/full" }]);
  expect(full.Resources[keyId ?? ""]).toMatchObject({ DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
});

test("whoever uses the key from outside of the account, or not by way of a service, may not", () => {
  const [{ KeyPolicy } = { KeyPolicy: {} }] = only("AWS::KMS::Key");
  const { Statement } = KeyPolicy as { Statement: { Principal: { AWS?: string }; Condition?: object }[] };
  const open = Statement.filter(({ Principal }) => Principal.AWS === "*");
  expect(open).toHaveLength(1);
  expect(open[0]?.Condition).toMatchObject({
    StringEquals: { "kms:CallerAccount": expect.anything() },
    StringLike: { "kms:ViaService": expect.arrayContaining([expect.stringMatching(/^dynamodb\./)]) },
  });
  for (const { Condition } of Statement.slice(1)) expect(Condition).toBeDefined();
});

test("the table is backed up each night, and the backup copied", () => {
  const [{ BackupPlan } = { BackupPlan: {} }] = only("AWS::Backup::BackupPlan");
  expect(BackupPlan).toMatchObject({
    BackupPlanRule: [
      {
        ScheduleExpression: "cron(0 19 * * ? *)",
        Lifecycle: { DeleteAfterDays: 35 },
        CopyActions: [
          { Lifecycle: { DeleteAfterDays: 35 }, DestinationBackupVaultArn: expect.stringContaining("cn-northwest-1") },
        ],
      },
    ],
  });
  const [{ BackupSelection } = { BackupSelection: {} }] = only("AWS::Backup::BackupSelection");
  expect(JSON.stringify(BackupSelection)).toContain("table/");
  expect(only("AWS::Backup::BackupPlan", plain)).toEqual([]);
});

test("each finding of the PCI pack that may stay is in docs/security.md with its reason", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/security.md"), "utf8");
  for (const { rule, reason } of pciFindings) expect(page).toContain(`| ${rule} | ${reason} |`);
});
