import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { isTrue, type Known, resolveValue } from "../../../sandbox/stack/resolve-value.ts";
import { localAccount, localRegion } from "../../../tools/local-aws.ts";
import type { Account } from "./account.ts";
import { type Made, newName, type ResourceKind } from "./resource-kind.ts";
import { resourceKinds } from "./resource-kinds.ts";
import { inOrder, type Template } from "./template.ts";
import { checkRules } from "./template-rules.ts";

export type StackResource = {
  readonly type: string;
  readonly properties: unknown;
  readonly made: Made;
  readonly isRetained: boolean;
  readonly isRetainedWhenReplaced: boolean;
};
export type StackEvent = {
  readonly EventId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason: string | undefined;
  readonly Timestamp: Date;
};

type KnownSoFar = Known & { readonly refs: Map<string, string>; readonly attributes: Map<string, string> };

/** A stack from its creation to its end. */
export class Stack {
  readonly name: string;
  readonly id: string;
  readonly createdAt = new Date();
  readonly tags: readonly object[];
  readonly resources = new Map<string, StackResource>();
  readonly events: StackEvent[] = [];
  updatedAt: Date | undefined;
  isProtected = false;
  outputs: { OutputKey: string; OutputValue: string; Description: string | undefined }[] = [];
  readonly #account: Account;
  #status = "REVIEW_IN_PROGRESS";
  #templateText: string | undefined;
  #template: Template | undefined;

  constructor(name: string, tags: readonly object[], account: Account) {
    this.name = name;
    this.id = `arn:aws:cloudformation:${localRegion}:${localAccount}:stack/${name}/${randomUUID()}`;
    this.tags = tags;
    this.#account = account;
  }

  get status(): string {
    return this.#status;
  }

  /** As it was sent; none while the stack is only being reviewed. */
  get templateText(): string | undefined {
    return this.#templateText;
  }

  /** What there is of a type. */
  resourcesOf(type: string): Made[] {
    return [...this.resources.values()].filter((resource) => resource.type === type).map(({ made }) => made);
  }

  /** Makes what the template says, in the order of its dependencies; takes it away again where something cannot be made. */
  async create(templateText: string, template: Template): Promise<void> {
    this.#became("CREATE_IN_PROGRESS");
    try {
      await this.#apply(templateText, template);
      this.#became("CREATE_COMPLETE");
    } catch (error) {
      this.#became("ROLLBACK_IN_PROGRESS", error instanceof Error ? error.message : String(error));
      await this.#removeResources();
      this.#became("ROLLBACK_COMPLETE");
    }
  }

  /** Makes the stack what another template says, or what it was before where something cannot be made. */
  async update(templateText: string, template: Template): Promise<void> {
    const [textBefore = "", templateBefore = template] = [this.#templateText, this.#template];
    this.updatedAt = new Date();
    this.#became("UPDATE_IN_PROGRESS");
    try {
      await this.#apply(templateText, template);
      this.#became("UPDATE_COMPLETE");
    } catch (error) {
      this.#became("UPDATE_ROLLBACK_IN_PROGRESS", error instanceof Error ? error.message : String(error));
      await this.#apply(textBefore, templateBefore);
      this.#became("UPDATE_ROLLBACK_COMPLETE");
    }
  }

  /** Makes, changes and replaces resources in the order of their dependencies, and then removes what is no longer named. */
  async #apply(templateText: string, template: Template): Promise<void> {
    this.#templateText = templateText;
    this.#template = template;
    const known = this.#knownAtFirst(template);
    checkRules(template, known);
    const replaced: [string, StackResource][] = [];
    for (const id of inOrder(template)) {
      const before = this.resources.get(id);
      await this.#applyResource(id, template, known);
      if (before !== undefined && this.resources.get(id)?.made !== before.made) {
        replaced.push([id, { ...before, isRetained: before.isRetainedWhenReplaced }]);
      }
    }
    this.outputs = Object.entries(template.Outputs)
      .filter(([, { Condition }]) => Condition === undefined || isTrue(Condition, known))
      .map(([OutputKey, { Value, Description }]) => {
        return { OutputKey, OutputValue: String(resolveValue(Value, known)), Description };
      });
    const gone = [...this.resources].filter(([id]) => !(id in template.Resources));
    for (const [id] of gone) this.resources.delete(id);
    for (const [id, resource] of [...gone, ...replaced].reverse()) await this.#removeResource(id, resource);
  }

  /** Takes everything away but what the template retains. */
  async remove(): Promise<void> {
    this.#became("DELETE_IN_PROGRESS");
    await this.#removeResources();
    this.#became("DELETE_COMPLETE");
  }

  #knownAtFirst({ Parameters, Conditions }: Template): KnownSoFar {
    const refs = new Map([
      ["AWS::AccountId", localAccount],
      ["AWS::Partition", "aws"],
      ["AWS::Region", localRegion],
      ["AWS::StackId", this.id],
      ["AWS::StackName", this.name],
      ["AWS::URLSuffix", "amazonaws.com"],
    ]);
    for (const [name, { Type, Default = "" }] of Object.entries(Parameters)) {
      const value = Type === "String" ? Default : this.#account.parameters.get(Default);
      if (value === undefined) throw new Error(`Parameter ${name}: there is no ${Default} in the Parameter Store`);
      refs.set(name, value);
    }
    return { refs, attributes: new Map(), conditions: Conditions };
  }

  async #applyResource(id: string, { Resources }: Template, known: KnownSoFar): Promise<void> {
    const { Type, Properties, Condition, ...policies } = Resources[id] as Template["Resources"][string];
    if (Condition !== undefined && !isTrue(Condition, known)) return;
    const kind = resourceKinds[Type];
    const before = this.resources.get(id);
    try {
      const properties = resolveValue(Properties, known);
      const read = kind?.properties.safeParse(properties);
      if (kind === undefined || read === undefined) throw new Error(`${Type} is not emulated`);
      if (!read.success) throw new Error(`Properties validation failed for ${id}: ${z.prettifyError(read.error)}`);
      const isSame = before?.type === Type && isDeepStrictEqual(before.properties, properties);
      const made = isSame ? before.made : await this.#make(kind, id, read.data, before);
      this.resources.set(id, {
        type: Type,
        properties,
        made,
        isRetained: policies.DeletionPolicy === "Retain",
        isRetainedWhenReplaced: policies.UpdateReplacePolicy === "Retain",
      });
      known.refs.set(id, made.ref);
      for (const [name, value] of Object.entries(made.attributes ?? {})) known.attributes.set(`${id}.${name}`, value);
      if (!isSame) this.#happened(id, Type, before === undefined ? "CREATE_COMPLETE" : "UPDATE_COMPLETE");
    } catch (error) {
      this.#happened(id, Type, "CREATE_FAILED", error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  async #make(kind: ResourceKind, id: string, properties: unknown, before: StackResource | undefined): Promise<Made> {
    const place = { account: this.#account, newName: (maxLength?: number) => newName(this.name, id, maxLength) };
    if (before === undefined || kind.update === undefined) return await kind.create(properties as never, place);
    return await kind.update(properties as never, place, before.made);
  }

  async #removeResources(): Promise<void> {
    for (const [id, resource] of [...this.resources].reverse()) {
      await this.#removeResource(id, resource);
      this.resources.delete(id);
    }
  }

  async #removeResource(id: string, { type, made, isRetained }: StackResource): Promise<void> {
    if (!isRetained) await made.remove?.();
    this.#happened(id, type, isRetained ? "DELETE_SKIPPED" : "DELETE_COMPLETE");
  }

  #became(status: string, reason?: string): void {
    this.#status = status;
    this.#happened(this.name, "AWS::CloudFormation::Stack", status, reason);
  }

  #happened(LogicalResourceId: string, ResourceType: string, ResourceStatus: string, ResourceStatusReason?: string) {
    const EventId = randomUUID();
    const Timestamp = new Date();
    this.events.push({ EventId, LogicalResourceId, ResourceType, ResourceStatus, ResourceStatusReason, Timestamp });
  }
}
