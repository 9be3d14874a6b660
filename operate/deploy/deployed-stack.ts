import {
  type CloudFormationClient,
  CloudFormationServiceException,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
} from "@aws-sdk/client-cloudformation";
import type { DeployedTemplate } from "./lost-resources.ts";

export type DeployedStack = {
  readonly template: DeployedTemplate;
  readonly outputs: Readonly<Record<string, string>>;
  /** When its last change began; undefined if it is as it was made. */
  readonly changedAt: Date | undefined;
  /** What a resource or an output of the stack is called in the account. */
  nameOf(logicalId: string): Promise<string>;
};

/** The stack as it stands in the account; undefined if there is none. */
export async function readDeployedStack(
  client: CloudFormationClient,
  StackName: string,
): Promise<DeployedStack | undefined> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    // A stack that is only being reviewed has nothing yet.
    if (stack === undefined || stack.StackStatus === "REVIEW_IN_PROGRESS") return undefined;
    const { TemplateBody = "{}" } = await client.send(new GetTemplateCommand({ StackName, TemplateStage: "Original" }));
    const outputs = Object.fromEntries(
      (stack.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]),
    );
    return {
      template: JSON.parse(TemplateBody) as DeployedTemplate,
      outputs,
      changedAt: stack.LastUpdatedTime,
      async nameOf(LogicalResourceId) {
        if (outputs[LogicalResourceId] !== undefined) return outputs[LogicalResourceId];
        const describe = new DescribeStackResourceCommand({ StackName, LogicalResourceId });
        const { StackResourceDetail } = await client.send(describe);
        return StackResourceDetail?.PhysicalResourceId ?? LogicalResourceId;
      },
    };
  } catch (error) {
    if (error instanceof CloudFormationServiceException && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}
