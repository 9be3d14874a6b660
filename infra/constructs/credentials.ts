import { Aws, RemovalPolicy, Validations } from "aws-cdk-lib";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct, type IConstruct } from "constructs";
import { partnerSecretPrefix, placeholderAppId, platformSecretName } from "../../shared/names.ts";

/** The appId by which the functions know that nobody has put the real pair in yet. */

/** The platform's own pair, as one secret, and the partners' pairs, one secret each below a prefix. */
export class Credentials extends Construct {
  readonly platformSecretName: string;
  readonly partnerSecretPrefix: string;
  readonly #platform: Secret;

  constructor(scope: Construct, id: string, { stage }: { stage: string }) {
    super(scope, id);
    this.platformSecretName = platformSecretName(stage);
    this.partnerSecretPrefix = partnerSecretPrefix(stage);
    this.#platform = new Secret(this, "Platform", {
      secretName: this.platformSecretName,
      description: "The appId and appKey that ChinaUMS issued to this platform.",
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ appId: placeholderAppId }),
        generateStringKey: "appKey",
        excludePunctuation: true,
      },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(this.#platform).acknowledge({
      id: "AwsSolutions-SMG4",
      reason: "ChinaUMS issues the appKey in its portal and has no API that a rotation could call.",
    });
  }

  /** To sign questions to ChinaUMS. */
  grantReadPlatform(grantee: IGrantable): void {
    allowRead(grantee, this.#platform.secretArn);
  }

  /** To verify partners' signatures. */
  grantReadPartners(grantee: IGrantable & IConstruct): void {
    const arn = (partition: string, region: string, account: string) =>
      `arn:${partition}:secretsmanager:${region}:${account}:secret:${this.partnerSecretPrefix}*`;
    allowRead(grantee, arn(Aws.PARTITION, Aws.REGION, Aws.ACCOUNT_ID));
    Validations.of(grantee).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${arn("<AWS::Partition>", "<AWS::Region>", "<AWS::AccountId>")}]`,
      reason: "Partners are added while the service runs, so their secrets can be named by their prefix only.",
    });
  }
}

function allowRead(grantee: IGrantable, resource: string): void {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [resource] }),
  );
}
