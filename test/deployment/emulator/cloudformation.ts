import { randomUUID } from "node:crypto";
import { localAccount, localRegion } from "../../../tools/local-aws.ts";
import type { Account } from "./account.ts";
import { AwsFault } from "./aws-fault.ts";
import { type ChangeSet, changes, whyNoUpdate } from "./change-set.ts";
import { queryService, type Service } from "./protocols.ts";
import { Stack } from "./stack.ts";
import { readTemplate } from "./template.ts";

type OfStack = { StackName: string };
type OfChangeSet = OfStack & { ChangeSetName: string };
type CreateChangeSet = OfChangeSet & {
  ChangeSetType?: string;
  TemplateBody?: string;
  TemplateURL?: string;
  Tags?: object[];
};

export type CloudFormation = {
  readonly service: Service;
  /** Every stack so far, deleted ones included. */
  readonly stacks: readonly Stack[];
  /** Makes a stack of a template, without a command line. @throws {AwsFault} if the template is not valid */
  create(name: string, templateText: string): Promise<Stack>;
};

/** The part of CloudFormation that `cdk diff`, `deploy` and `destroy` use. Each operation is finished when it answers. */
export function createCloudFormation(account: Account): CloudFormation {
  const stacks: Stack[] = [];
  const changeSets = new Map<string, ChangeSet>();

  const findStack = (nameOrId: string): Stack => {
    const found =
      stacks.find(({ id }) => id === nameOrId) ??
      stacks.findLast(({ name, status }) => name === nameOrId && status !== "DELETE_COMPLETE");
    if (found === undefined) throw new AwsFault("ValidationError", `Stack with id ${nameOrId} does not exist`);
    return found;
  };
  const findChangeSet = ({ StackName, ChangeSetName }: OfChangeSet): ChangeSet => {
    const found = [...changeSets.values()].find(
      ({ id, name, stack }) => id === ChangeSetName || (name === ChangeSetName && stack === findStack(StackName)),
    );
    if (found === undefined)
      throw new AwsFault("ChangeSetNotFound", `ChangeSet [${ChangeSetName}] does not exist`, 404);
    return found;
  };

  const service = queryService({
    DescribeStacks({ StackName }: OfStack) {
      return { Stacks: [describeStack(findStack(StackName))] };
    },

    GetTemplate({ StackName }: OfStack) {
      return { TemplateBody: findStack(StackName).templateText ?? "{}", StagesAvailable: ["Original", "Processed"] };
    },

    CreateChangeSet({ StackName, ChangeSetName, ChangeSetType, Tags = [], ...source }: CreateChangeSet) {
      const templateText = source.TemplateBody ?? objectAt(account, String(source.TemplateURL));
      const template = readTemplate(templateText);
      const stack = ChangeSetType === "CREATE" ? newStack(StackName, Tags) : findStack(StackName);
      const id = `arn:aws:cloudformation:${localRegion}:${localAccount}:changeSet/${ChangeSetName}/${randomUUID()}`;
      const failure = ChangeSetType === "CREATE" ? undefined : whyNoUpdate(stack, templateText);
      changeSets.set(id, { id, name: ChangeSetName, stack, templateText, template, createdAt: new Date(), failure });
      return { Id: id, StackId: stack.id };
    },

    DescribeChangeSet(input: OfChangeSet) {
      const { id, name, stack, template, createdAt, failure } = findChangeSet(input);
      return {
        ChangeSetId: id,
        ChangeSetName: name,
        StackId: stack.id,
        StackName: stack.name,
        CreationTime: createdAt,
        Status: failure === undefined ? "CREATE_COMPLETE" : "FAILED",
        StatusReason: failure,
        ExecutionStatus: failure === undefined ? "AVAILABLE" : "UNAVAILABLE",
        Changes: failure === undefined ? changes(stack, template) : [],
      };
    },

    DeleteChangeSet(input: OfChangeSet) {
      try {
        changeSets.delete(findChangeSet(input).id);
      } catch {
        // It is gone already, which is the result that was wanted.
      }
      return {};
    },

    async ExecuteChangeSet(input: OfChangeSet) {
      const { id, stack, templateText, template, failure } = findChangeSet(input);
      if (failure !== undefined) throw new AwsFault("InvalidChangeSetStatus", failure);
      changeSets.delete(id);
      await (stack.status === "REVIEW_IN_PROGRESS"
        ? stack.create(templateText, template)
        : stack.update(templateText, template));
      return {};
    },

    DescribeStackEvents({ StackName }: OfStack) {
      const stack = findStack(StackName);
      const ofStack = { StackId: stack.id, StackName: stack.name };
      const events = stack.events.map((event) => ({
        ...ofStack,
        ...event,
        PhysicalResourceId:
          event.LogicalResourceId === stack.name ? stack.id : stack.resources.get(event.LogicalResourceId)?.made.ref,
      }));
      return { StackEvents: events.reverse() };
    },

    UpdateTerminationProtection({
      StackName,
      EnableTerminationProtection,
    }: OfStack & { EnableTerminationProtection: string }) {
      const stack = findStack(StackName);
      stack.isProtected = EnableTerminationProtection === "true";
      return { StackId: stack.id };
    },

    DescribeStackResource({ StackName, LogicalResourceId }: OfStack & { LogicalResourceId: string }) {
      const found = findStack(StackName).resources.get(LogicalResourceId);
      if (found === undefined) throw new AwsFault("ValidationError", `Resource ${LogicalResourceId} does not exist`);
      return { StackResourceDetail: { LogicalResourceId, PhysicalResourceId: found.made.ref } };
    },

    async DeleteStack({ StackName }: OfStack) {
      const stack = findStack(StackName);
      if (stack.isProtected)
        throw new AwsFault(
          "ValidationError",
          `Stack [${StackName}] cannot be deleted while TerminationProtection is enabled`,
        );
      await stack.remove();
      return {};
    },
  });

  function newStack(name: string, tags: readonly object[]): Stack {
    const living = stacks.find((stack) => stack.name === name && stack.status !== "DELETE_COMPLETE");
    if (living !== undefined && living.status !== "REVIEW_IN_PROGRESS") {
      throw new AwsFault("ValidationError", `Stack [${name}] already exists and cannot be created again`);
    }
    if (living !== undefined) return living;
    const stack = new Stack(name, tags, account);
    stacks.push(stack);
    return stack;
  }

  return {
    service,
    stacks,
    async create(name, templateText) {
      const template = readTemplate(templateText);
      const stack = newStack(name, []);
      await stack.create(templateText, template);
      return stack;
    },
  };
}

function describeStack(stack: Stack): object {
  return {
    StackId: stack.id,
    StackName: stack.name,
    StackStatus: stack.status,
    CreationTime: stack.createdAt,
    Outputs: stack.outputs,
    Tags: stack.tags,
    LastUpdatedTime: stack.updatedAt,
    EnableTerminationProtection: stack.isProtected,
  };
}

function objectAt({ buckets }: Account, url: string): string {
  const [bucket = "", ...key] = new URL(url).pathname.slice(1).split("/");
  const found = buckets.get(bucket)?.get(key.join("/"));
  if (found === undefined) throw new AwsFault("ValidationError", `S3 error: there is no ${url}`);
  return found.toString("utf8");
}
