import { Aws, Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import { BackupPlan, BackupPlanRule, BackupVault, CfnBackupSelection } from "aws-cdk-lib/aws-backup";
import { Schedule } from "aws-cdk-lib/aws-events";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";

type BackupProps = {
  readonly stage: string;
  readonly backup: NonNullable<Settings["backup"]>;
  readonly tableArn: string;
  readonly key: IKey | undefined;
};

/** A backup of the table each night in a vault of its own, and a copy of it in another vault where one is named. */
export class Backup extends Construct {
  constructor(scope: Construct, id: string, { stage, backup, tableArn, key }: BackupProps) {
    super(scope, id);
    const { keptDays, copyTo } = backup;
    const deleteAfter = Duration.days(keptDays);
    const vault = new BackupVault(this, "Vault", {
      backupVaultName: `refund-status-${stage}`,
      ...(key !== undefined && { encryptionKey: key }),
      // A backup is for the day on which the stack is gone.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const plan = new BackupPlan(this, "Plan", { backupPlanName: `refund-status-${stage}`, backupVault: vault });
    plan.addRule(
      new BackupPlanRule({
        ruleName: "nightly",
        // Three in the morning in Beijing.
        scheduleExpression: Schedule.cron({ hour: "19", minute: "0" }),
        deleteAfter,
        copyActions: (copyTo ?? []).map((arn) => ({
          destinationBackupVault: BackupVault.fromBackupVaultArn(this, `Copy${arn}`, arn),
          deleteAfter,
        })),
      }),
    );
    const role = this.#role(tableArn, [vault.backupVaultArn, ...(copyTo ?? [])]);
    new CfnBackupSelection(this, "Table", {
      backupPlanId: plan.backupPlanId,
      backupSelection: { selectionName: "table", iamRoleArn: role.roleArn, resources: [tableArn] },
    }).node.addDependency(role.node.findChild("DefaultPolicy"));
  }

  /** AWS has a managed policy for this, which lets at everything that AWS Backup knows. */
  #role(tableArn: string, vaultArns: string[]): Role {
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("backup.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ["dynamodb:DescribeTable", "dynamodb:ListTagsOfResource", "dynamodb:StartAwsBackupJob"],
        resources: [tableArn],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ["backup:CopyIntoBackupVault", "backup:DescribeBackupVault"],
        resources: vaultArns,
      }),
    );
    const recoveryPoints = `arn:${Aws.PARTITION}:backup:${Aws.REGION}:${Aws.ACCOUNT_ID}:recovery-point:*`;
    role.addToPolicy(
      new PolicyStatement({
        actions: ["backup:CopyFromBackupVault", "backup:TagResource"],
        resources: [recoveryPoints],
      }),
    );
    Validations.of(role).acknowledge({
      id: "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:backup:<AWS::Region>:<AWS::AccountId>:recovery-point:*]",
      reason: "A recovery point has a name only when it is made.",
    });
    return role;
  }
}
