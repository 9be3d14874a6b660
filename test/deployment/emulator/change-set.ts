import type { Stack } from "./stack.ts";
import type { Template } from "./template.ts";

/** A change of a stack that is described before it is made. */
export type ChangeSet = {
  readonly id: string;
  readonly name: string;
  readonly stack: Stack;
  readonly templateText: string;
  readonly template: Template;
  readonly createdAt: Date;
  /** Why it cannot be executed. */
  readonly failure: string | undefined;
};
/** Why a stack cannot be changed to this template; undefined if it can. */
export function whyNoUpdate(stack: Stack, templateText: string): string | undefined {
  if (stack.templateText !== templateText) return undefined;
  return "The submitted information didn't contain changes. Submit different information to create a change set.";
}

/** What is added and removed; what is changed, and how, is not said. */
export function changes(stack: Stack, { Resources }: Template): object[] {
  const added = Object.entries(Resources).filter(([id]) => !stack.resources.has(id));
  const removed = [...stack.resources].filter(([id]) => !(id in Resources));
  const change = (Action: string, LogicalResourceId: string, ResourceType: string) => {
    return { Type: "Resource", ResourceChange: { Action, LogicalResourceId, ResourceType } };
  };
  return [
    ...added.map(([id, { Type }]) => change("Add", id, Type)),
    ...removed.map(([id, { type }]) => change("Remove", id, type)),
  ];
}
