import { Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { type IGrantable, type IPrincipal, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
  Alias,
  Architecture,
  type IAlias,
  type IVersion,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct, type IDependable } from "constructs";
import type { DeployedName, FunctionEnvs } from "../../functions/function-envs.ts";
import { liveAlias } from "../../shared/names.ts";
import { lambdaHandler } from "../bundle/bundle-functions.ts";
import { bundledCode } from "../bundle/bundled-code.ts";
import type { Egress } from "./egress.ts";

export type ServiceFunctionProps<Name extends DeployedName> = {
  readonly name: Name;
  readonly description: string;
  /** Exactly the variables that the function's own schema reads. A missing or misspelt one does not compile. */
  readonly environment: FunctionEnvs[Name];
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Executions at once that are kept for it; undefined if it shares those of the account. */
  readonly reserved: number | undefined;
  readonly logRetentionDays: RetentionDays;
  readonly keepLogs: boolean;
  /** The account's own key for the logs; undefined for that of CloudWatch. */
  readonly logKey: IKey | undefined;
  /** Where calls to ChinaUMS leave from; absent for a function that makes none. */
  readonly egress?: Pick<Egress, "placement">;
};

/** One function of `functions/`, with its own log group and its own role. At first the role may only log. */
export class ServiceFunction<Name extends DeployedName = DeployedName> extends Construct implements IGrantable {
  readonly name: Name;
  readonly lambda: LambdaFunction;
  /** What everything invokes: the version that is in use. A deployment moves it on, and a rollback moves it back. */
  readonly live: IAlias;
  readonly grantPrincipal: IPrincipal;
  /** What has to be in place before anything is done by the function's role. */
  readonly rights: IDependable;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps<Name>) {
    super(scope, id);
    this.name = props.name;
    const logGroup = new LogGroup(this, "Logs", {
      retention: props.logRetentionDays,
      removalPolicy: props.keepLogs ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(props.logKey !== undefined && { encryptionKey: props.logKey }),
    });
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    role.addToPolicy(
      new PolicyStatement({
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [logGroup.logGroupArn],
      }),
    );
    this.grantPrincipal = role;
    this.lambda = new LambdaFunction(this, "Function", {
      functionName: `${Stack.of(this).stackName}-${props.name}`,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: bundledCode(this, props.name),
      handler: lambdaHandler,
      environment: props.environment,
      memorySize: props.memoryMb,
      ...(props.reserved !== undefined && { reservedConcurrentExecutions: props.reserved }),
      timeout: Duration.seconds(props.timeoutSeconds),
      logGroup,
      // Lambda's own lines about successful calls would be as long as ours and say little more.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      // By its ARN, so that the function depends on the policy alone; it names the role anyway.
      role: Role.fromRoleArn(this, "RoleByArn", role.roleArn, { mutable: false }),
      // A version that is no longer in use is what a rollback goes back to.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      ...props.egress?.placement(role),
    });
    this.live = new Alias(this, "Live", {
      aliasName: liveAlias,
      version: this.lambda.currentVersion as IVersion,
    }) as IAlias;
    this.rights = role.node.findChild("DefaultPolicy");
    this.lambda.node.addDependency(this.rights);
    Validations.of(this.lambda).acknowledge(
      {
        id: "Serverless-LambdaTracing",
        reason:
          "Traces would cost as much as everything else, and each upstream call is logged with its latency already.",
      },
      {
        id: "Serverless-LambdaDLQ",
        reason:
          "A caller waits for refund-query and refund-feed, and the others have failure destinations, which say more.",
      },
    );
  }
}
