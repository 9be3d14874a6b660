import { randomUUID } from "node:crypto";
import * as z from "zod";
import { isTrue, type Known, resolveValue } from "../../../sandbox/stack/resolve-value.ts";
import { localAccount, localRegion } from "../../../tools/local-aws.ts";
import type { Account } from "./account.ts";
import { type Made, newName } from "./resource-kind.ts";
import { resourceKinds } from "./resource-kinds.ts";
import { inOrder, type Template } from "./template.ts";

export type StackResource = { readonly type: string; readonly made: Made; readonly isRetained: boolean };
export type StackEvent = {
  readonly EventId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason: string | undefined;
  readonly Timestamp: Date;
};

type KnownSoFar = Known & { readonly refs: Map<string, string>; readonly attributes: Map<string, string> };

/** A stack from its creation to its end; it is not changed in between. */
export class Stack {
  readonly name: string;
  readonly id: string;
  readonly createdAt = new Date();
  readonly tags: readonly object[];
  readonly resources = new Map<string, StackResource>();
  readonly events: StackEvent[] = [];
  readonly outputs: { OutputKey: string; OutputValue: string; Description: string | undefined }[] = [];
  readonly #account: Account;
  #status = "REVIEW_IN_PROGRESS";
  #templateText: string | undefined;

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
    this.#templateText = templateText;
    this.#became("CREATE_IN_PROGRESS");
    try {
      const known = this.#knownAtFirst(template);
      checkRules(template, known);
      for (const id of inOrder(template)) await this.#createResource(id, template, known);
      for (const [OutputKey, { Value, Description, Condition }] of Object.entries(template.Outputs)) {
        if (Condition !== undefined && !isTrue(Condition, known)) continue;
        this.outputs.push({ OutputKey, OutputValue: String(resolveValue(Value, known)), Description });
      }
      this.#became("CREATE_COMPLETE");
    } catch (error) {
      this.#became("ROLLBACK_IN_PROGRESS", error instanceof Error ? error.message : String(error));
      await this.#removeResources();
      this.#became("ROLLBACK_COMPLETE");
    }
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

  async #createResource(id: string, { Resources }: Template, known: KnownSoFar): Promise<void> {
    const { Type, Properties, Condition, DeletionPolicy } = Resources[id] as Template["Resources"][string];
    if (Condition !== undefined && !isTrue(Condition, known)) return;
    const kind = resourceKinds[Type];
    try {
      const read = kind?.properties.safeParse(resolveValue(Properties, known));
      if (kind === undefined || read === undefined) throw new Error(`${Type} is not emulated`);
      if (!read.success) throw new Error(`Properties validation failed for ${id}: ${z.prettifyError(read.error)}`);
      const made = await kind.create(read.data as never, {
        account: this.#account,
        newName: (maxLength) => newName(this.name, id, maxLength),
      });
      this.resources.set(id, { type: Type, made, isRetained: DeletionPolicy === "Retain" });
      known.refs.set(id, made.ref);
      for (const [name, value] of Object.entries(made.attributes ?? {})) known.attributes.set(`${id}.${name}`, value);
      this.#happened(id, Type, "CREATE_COMPLETE");
    } catch (error) {
      this.#happened(id, Type, "CREATE_FAILED", error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  async #removeResources(): Promise<void> {
    for (const [id, { type, made, isRetained }] of [...this.resources].reverse()) {
      if (!isRetained) await made.remove?.();
      this.#happened(id, type, isRetained ? "DELETE_SKIPPED" : "DELETE_COMPLETE");
      this.resources.delete(id);
    }
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

function checkRules({ Rules }: Template, known: Known): void {
  for (const { Assertions } of Object.values(Rules)) {
    for (const { Assert, AssertDescription } of Assertions) {
      if (resolveValue(Assert, known) !== true) throw new Error(AssertDescription);
    }
  }
}
