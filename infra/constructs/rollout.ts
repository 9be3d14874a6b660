import { Stack, Validations } from "aws-cdk-lib";
import type { IAlarm } from "aws-cdk-lib/aws-cloudwatch";
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from "aws-cdk-lib/aws-codedeploy";
import { type IRole, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Alias, CfnFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { ServiceFunction } from "./service-function.ts";

type RolloutProps = {
  readonly functions: readonly ServiceFunction[];
  /** One of these ends a rollout: the alias goes back, the deployment fails, and CloudFormation undoes all of it. */
  readonly alarms: readonly IAlarm[];
};

/** Moves the functions to a new version gently: a tenth of the invocations for 5 minutes, and then all of them. */
export class Rollout extends Construct {
  constructor(scope: Construct, id: string, { functions, alarms }: RolloutProps) {
    super(scope, id);
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("codedeploy.amazonaws.com") });
    role.addToPolicy(
      new PolicyStatement({
        actions: ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"],
        resources: functions.flatMap(({ lambda }) => [lambda.functionArn, `${lambda.functionArn}:*`]),
      }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ["cloudwatch:DescribeAlarms"], resources: ["*"] }));
    const logicalId = ({ lambda }: ServiceFunction) =>
      Stack.of(this).getLogicalId(lambda.node.defaultChild as CfnFunction);
    Validations.of(role).acknowledge(
      ...functions.map((one) => ({
        id: `AwsSolutions-IAM5[Resource::<${logicalId(one)}.Arn>:*]`,
        reason: "CodeDeploy moves an alias between versions, and the next one does not exist yet.",
      })),
      { id: "AwsSolutions-IAM5[Resource::*]", reason: "Alarms can be described all together only." },
    );
    const application = new LambdaApplication(this, "Application");
    // By its ARN, because CDK would add a policy of AWS's to the role, which allows more.
    const byArn: IRole = Role.fromRoleArn(this, "RoleByArn", role.roleArn, { mutable: false });
    for (const { node, live } of functions) {
      const group = new LambdaDeploymentGroup(this, node.id, {
        application,
        role: byArn,
        alias: live as Alias,
        deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
        alarms: [...alarms],
      });
      group.node.addDependency(role.node.findChild("DefaultPolicy"));
    }
  }
}
