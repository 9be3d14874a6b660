import { Aws, Duration } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnEventInvokeConfig } from "aws-cdk-lib/aws-lambda";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import { Construct } from "constructs";
import { liveAlias, maxShards } from "../../shared/names.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { ServiceFunction } from "./service-function.ts";

/** The next minute's event does the work of an older one. */
const maxEventAge = Duration.minutes(1);

/** Wakes the recheck function every minute, once for each group of shards. */
export class RecheckSchedule extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: { target: ServiceFunction; groups: number; deadLetters: DeadLetters },
  ) {
    super(scope, id);
    const { groups, deadLetters } = props;
    const { functionArn } = props.target.live;
    const queueArn = deadLetters.queue.queueArn;

    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [functionArn] }));
    deadLetters.grantSend(role);

    // All shards, however few new due times are spread over, so that the setting can change while refunds wait.
    for (const shards of split(maxShards, groups)) {
      const schedule = new CfnSchedule(this, `Shards${shards[0]}To${shards.at(-1)}`, {
        description: `Rechecks refunds of shards ${shards[0]} to ${shards.at(-1)}.`,
        scheduleExpression: "rate(1 minute)",
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: functionArn,
          roleArn: role.roleArn,
          input: JSON.stringify({ shards: shards.map(String) }),
          retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: maxEventAge.toSeconds() },
          deadLetterConfig: { arn: queueArn },
        },
      });
      schedule.node.addDependency(role.node.findChild("DefaultPolicy"));
    }

    // Scheduler does not wait for the sweep, so Lambda repeats a sweep that fails and gives it up.
    const failures = new CfnEventInvokeConfig(this, "Failures", {
      functionName: props.target.lambda.functionName,
      qualifier: liveAlias,
      maximumRetryAttempts: 1,
      maximumEventAgeInSeconds: maxEventAge.toSeconds(),
      destinationConfig: { onFailure: { destination: queueArn } },
    });
    failures.node.addDependency(props.target.live);
    deadLetters.grantSend(props.target);
  }
}

/** The numbers from 0 to `count` - 1, in `groups` runs of nearly the same length. */
function split(count: number, groups: number): number[][] {
  const start = (group: number) => Math.floor((group * count) / groups);
  return Array.from({ length: groups }, (_, group) =>
    Array.from({ length: start(group + 1) - start(group) }, (_, i) => start(group) + i),
  );
}
