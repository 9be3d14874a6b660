import { join } from "node:path";
import { AssetHashType, DockerImage, Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { type IGrantable, type IPrincipal, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { bundleFunction, type FunctionName, lambdaHandler } from "../bundle/bundle-function.ts";
import type { Egress } from "./egress.ts";

export type ServiceFunctionProps<Env extends Record<string, string>> = {
  readonly name: FunctionName;
  readonly description: string;
  /** Exactly what the function's own schema reads: a variable that is missing or misspelt does not compile. */
  readonly environment: Env;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly logRetentionDays: RetentionDays;
  readonly egress: Egress;
};

/** One of `functions/`, with a log group and a role of its own that begin with nothing but the right to log. */
export class ServiceFunction<Env extends Record<string, string>> extends Construct implements IGrantable {
  readonly lambda: LambdaFunction;
  readonly grantPrincipal: IPrincipal;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps<Env>) {
    super(scope, id);
    const logGroup = new LogGroup(this, "Logs", {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
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
      code: bundledCode(props.name),
      handler: lambdaHandler,
      environment: props.environment,
      memorySize: props.memoryMb,
      timeout: Duration.seconds(props.timeoutSeconds),
      logGroup,
      // Lambda's own lines about each call that went well would be as long as ours, and say little that ours does not.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      // As a plain ARN, so that the function waits for the policy and not, once more, for the role that it names anyway.
      role: Role.fromRoleArn(this, "RoleByArn", role.roleArn, { mutable: false }),
      ...props.egress.placement(role),
    });
    this.lambda.node.addDependency(role.node.findChild("DefaultPolicy"));
    Validations.of(this.lambda).acknowledge(
      {
        id: "Serverless-LambdaTracing",
        reason:
          "Traces cost as much as all else together, and every upstream call is logged and metered with its latency.",
      },
      {
        id: "Serverless-LambdaDLQ",
        reason:
          "refund-query is called by a caller who waits; refund-recheck has a failure destination, which says more.",
      },
    );
  }
}

/** The bundle, made while synthesizing; the image is what would do it where esbuild could not, and is never pulled. */
function bundledCode(name: FunctionName): Code {
  return Code.fromAsset(join(import.meta.dirname, "../../functions", name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry("scratch"),
      local: {
        tryBundle(outDir) {
          bundleFunction(name, outDir);
          return true;
        },
      },
    },
  });
}
