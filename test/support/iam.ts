import type { FunctionName } from "../../functions/function-envs.ts";
import { resourcesOf } from "../../sandbox/stack/local-stack.ts";
import type { Template } from "../../sandbox/stack/synthesized-template.ts";
import { type Right, rightsIn } from "./policies.ts";

/** The ARN of the role that a function runs in. */
export function roleOf(template: Template, name: FunctionName): string {
  const lambdas = resourcesOf(template, "AWS::Lambda::Function").map(([, properties]) => properties);
  return String(lambdas.find(({ FunctionName }) => String(FunctionName).endsWith(name))?.Role);
}

/** What the policies of a role allow, as the template has them, each form of partition keys for itself. */
export function rightsOf(template: Template, roleArn: string): Right[] {
  return resourcesOf(template, "AWS::IAM::Policy")
    .filter(([, { Roles }]) => (Roles as string[]).some((role) => roleArn.endsWith(`/${role}`)))
    .flatMap(([, { PolicyDocument }]) => rightsIn(PolicyDocument))
    .flatMap((right): Right[] => right.keys?.map((form) => ({ ...right, keys: [form] })) ?? [right]);
}
