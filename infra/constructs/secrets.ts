import { Aws, RemovalPolicy, Validations } from "aws-cdk-lib";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { type CfnSecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct, type IConstruct } from "constructs";
import { partnerSecretPrefix, placeholderAppId, platformSecretName, webhookSecretPrefix } from "../../shared/names.ts";

/** The platform's secret, and the rights to it and to the partners' secrets, which `npm run partner` makes. */
export class Secrets extends Construct {
  readonly platformSecretName: string;
  readonly partnerSecretPrefix: string;
  readonly webhookSecretPrefix: string;
  readonly #platformSecret: Secret;

  constructor(scope: Construct, id: string, { stage, key }: { stage: string; key: IKey | undefined }) {
    super(scope, id);
    this.platformSecretName = platformSecretName(stage);
    this.partnerSecretPrefix = partnerSecretPrefix(stage);
    this.webhookSecretPrefix = webhookSecretPrefix(stage);
    this.#platformSecret = new Secret(this, "Platform", {
      secretName: this.platformSecretName,
      description: "The appId and appKey that ChinaUMS issued to this platform.",
      // The functions recognize this appId and answer 503 until the real pair is in place.
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ appId: placeholderAppId }),
        generateStringKey: "appKey",
        excludePunctuation: true,
      },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Not by `encryptionKey`, by which CDK would add a statement to the key's policy that names a domain which China has not.
    if (key !== undefined) (this.#platformSecret.node.defaultChild as CfnSecret).kmsKeyId = key.keyArn;
    Validations.of(this.#platformSecret).acknowledge({
      id: "AwsSolutions-SMG4",
      reason: "ChinaUMS issues the appKey in its portal and has no API that a rotation could call.",
    });
  }

  /** To sign questions to ChinaUMS. */
  grantReadPlatformSecret(grantee: IGrantable): void {
    allowRead(grantee, this.#platformSecret.secretArn);
  }

  /** To verify partners' signatures, and to know their merchants. */
  grantReadPartnerSecrets(grantee: IGrantable & IConstruct): void {
    allowReadBelow(grantee, this.partnerSecretPrefix);
  }

  /** To sign what partners are sent. */
  grantReadWebhookSecrets(grantee: IGrantable & IConstruct): void {
    allowReadBelow(grantee, this.webhookSecretPrefix);
  }
}

function allowReadBelow(grantee: IGrantable & IConstruct, prefix: string): void {
  const arn = (partition: string, region: string, account: string) =>
    `arn:${partition}:secretsmanager:${region}:${account}:secret:${prefix}*`;
  allowRead(grantee, arn(Aws.PARTITION, Aws.REGION, Aws.ACCOUNT_ID));
  Validations.of(grantee).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${arn("<AWS::Partition>", "<AWS::Region>", "<AWS::AccountId>")}]`,
    reason: "Partners are added while the service runs, so only the prefix of their secrets is known.",
  });
}

function allowRead(grantee: IGrantable, resource: string): void {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [resource] }),
  );
}
