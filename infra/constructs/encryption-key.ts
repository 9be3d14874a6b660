import { Aws, RemovalPolicy } from "aws-cdk-lib";
import { AnyPrincipal, type IPrincipal, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { encryptionKeyAlias } from "../../shared/names.ts";

const use = [
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

/** Services that use the key for whoever may use what they keep, so that no role needs a right to the key. */
const byService = ["backup", "dynamodb", "secretsmanager", "sqs"];

/** A key of the account's own for all that the stack keeps: table, secrets, logs, topic and queues. */
export class EncryptionKey extends Construct {
  readonly key: IKey;

  constructor(scope: Construct, id: string, { stage }: { stage: string }) {
    super(scope, id);
    const key = new Key(this, "Key", {
      alias: encryptionKeyAlias(stage),
      description: `What the refund status service of stage ${stage} keeps.`,
      enableKeyRotation: true,
      // What outlives the stack, such as the table, cannot be read without it.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const allow = (actions: string[], principal: IPrincipal, conditions: Record<string, Record<string, unknown>>) =>
      key.addToResourcePolicy(new PolicyStatement({ principals: [principal], actions, resources: ["*"], conditions }));
    allow([...use, "kms:CreateGrant"], new AnyPrincipal(), {
      StringEquals: { "kms:CallerAccount": Aws.ACCOUNT_ID },
      StringLike: { "kms:ViaService": byService.map((service) => `${service}.${Aws.REGION}.*`) },
    });
    allow(use, new ServicePrincipal(`logs.${Aws.REGION}.${Aws.URL_SUFFIX}`), {
      ArnLike: {
        "kms:EncryptionContext:aws:logs:arn": `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:*`,
      },
    });
    // Alarms are published by CloudWatch itself.
    allow(["kms:Decrypt", "kms:GenerateDataKey"], new ServicePrincipal("cloudwatch.amazonaws.com"), {
      StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID },
    });
    this.key = key;
  }
}
