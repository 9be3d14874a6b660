import { queryService, type Service } from "./protocols.ts";

/** Topics have no subscribers until a test says so: `topic ARN` to the ARNs of its subscriptions. */
export type Subscriptions = Map<string, string[]>;

/** As much of SNS as tells who is subscribed to a topic. */
export function createSns(subscriptions: Subscriptions): Service {
  return queryService({
    ListSubscriptionsByTopic: ({ TopicArn }: { TopicArn: string }) => ({
      Subscriptions: (subscriptions.get(TopicArn) ?? []).map((SubscriptionArn) => ({ SubscriptionArn, TopicArn })),
    }),
  });
}
