import { paginateListSubscriptionsByTopic, type SNSClient } from "@aws-sdk/client-sns";

/** Until somebody confirms a subscription, SNS shows this in place of its ARN. */
const pending = "PendingConfirmation";

/** Whether anybody gets what is sent to a topic: a subscription counts once it is confirmed. */
export async function hasSubscriber(client: SNSClient, TopicArn: string): Promise<boolean> {
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn })) {
    if (Subscriptions.some(({ SubscriptionArn = pending }) => SubscriptionArn !== pending)) return true;
  }
  return false;
}

/** The command by which somebody is told of alarms. */
export function subscribeCommand(topicArn: string): string {
  return `aws sns subscribe --topic-arn ${topicArn} --protocol email --notification-endpoint YOU@EXAMPLE.COM`;
}
