import { Aws, Validations } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { alarmCatalogue, type Watched } from "./alarm-catalogue.ts";

type AlarmsProps = Omit<Watched, "stage" | "groups" | "hasProbe"> & {
  readonly settings: Pick<Settings, "stage" | "groups" | "alarmEmail" | "probe">;
  readonly key: IKey | undefined;
};

/** The alarms of the catalogue. Each sends to the topic when it begins and when it ends. */
export class Alarms extends Construct {
  readonly topicArn: string;
  readonly all: readonly Alarm[];
  /** Those that end a rollout when they begin. */
  readonly endingRollout: readonly Alarm[];

  constructor(scope: Construct, id: string, { settings, key, ...watched }: AlarmsProps) {
    super(scope, id);
    const { stage, groups, alarmEmail, probe } = settings;
    const topic = new Topic(this, "Topic", {
      displayName: `Refund status ${stage}`,
      enforceSSL: true,
      ...(key !== undefined && { masterKey: key }),
    });
    // This policy replaces the default one, by which the alarms of the account may publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
    );
    if (alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(alarmEmail));
    Validations.of(topic).acknowledge({
      id: "Serverless-SNSRedrivePolicy",
      reason: "An e-mail is of no use hours later, and CloudWatch shows the alarm itself.",
    });

    this.topicArn = topic.topicArn;
    const alarms = alarmCatalogue({ stage, groups, hasProbe: probe !== undefined, ...watched }).map(
      ({ id: name, heading, hurt, endsRollout, ...watch }) => {
        const alarm = new Alarm(this, name, {
          alarmName: `refund-status-${stage}-${name}`,
          alarmDescription: `${hurt} See docs/runbook.md#${anchor(heading)}`,
          comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
          treatMissingData: TreatMissingData.NOT_BREACHING,
          ...watch,
        });
        alarm.addAlarmAction(new SnsAction(topic));
        alarm.addOkAction(new SnsAction(topic));
        return { alarm, endsRollout };
      },
    );
    this.all = alarms.map(({ alarm }) => alarm);
    this.endingRollout = alarms.filter(({ endsRollout }) => endsRollout).map(({ alarm }) => alarm);
  }
}

/** The anchor by which a Markdown heading is linked. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, "")
    .replace(/\s/g, "-");
}
