import { Aws, Duration } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnEventInvokeConfig } from "aws-cdk-lib/aws-lambda";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import type { Construct } from "constructs";
import { liveAlias } from "../../shared/names.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { ServiceFunction } from "./service-function.ts";

/** The next event does the work of an older one. */
export const maxEventAge = Duration.minutes(1);

type Invoked = { readonly target: ServiceFunction; readonly deadLetters: DeadLetters };

type ScheduleProps = Invoked & {
  readonly role: Role;
  readonly description: string;
  /** Such as `rate(1 minute)`. */
  readonly rate: string;
  readonly input: object;
  readonly retries: number;
};

/** The role in which EventBridge Scheduler invokes a function, and leaves what it could not invoke. */
export function schedulerRole(scope: Construct, id: string, { target, deadLetters }: Invoked): Role {
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
    }),
  });
  role.addToPolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [target.live.functionArn] }));
  deadLetters.grantSend(role);
  return role;
}

/** Invokes a function again and again with the same event. */
export function addSchedule(scope: Construct, id: string, props: ScheduleProps): void {
  const { target, deadLetters, role, description, rate, input, retries } = props;
  const schedule = new CfnSchedule(scope, id, {
    description,
    scheduleExpression: rate,
    flexibleTimeWindow: { mode: "OFF" },
    target: {
      arn: target.live.functionArn,
      roleArn: role.roleArn,
      input: JSON.stringify(input),
      retryPolicy: { maximumRetryAttempts: retries, maximumEventAgeInSeconds: maxEventAge.toSeconds() },
      deadLetterConfig: { arn: deadLetters.queue.queueArn },
    },
  });
  schedule.node.addDependency(role.node.findChild("DefaultPolicy"));
}

/** Scheduler does not wait for the function, so Lambda repeats an invocation that fails and gives it up. */
export function keepFailures(scope: Construct, id: string, { target, deadLetters }: Invoked): void {
  const failures = new CfnEventInvokeConfig(scope, id, {
    functionName: target.lambda.functionName,
    qualifier: liveAlias,
    maximumRetryAttempts: 1,
    maximumEventAgeInSeconds: maxEventAge.toSeconds(),
    destinationConfig: { onFailure: { destination: deadLetters.queue.queueArn } },
  });
  failures.node.addDependency(target.live);
  deadLetters.grantSend(target);
}
