import * as z from "zod";
import { AwsFault } from "./aws-fault.ts";
import { referencesIn } from "./references.ts";
import { resourceKinds } from "./resource-kinds.ts";

const condition = z.unknown();
const resourceSchema = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string().transform((id) => [id]), z.array(z.string())]).default([]),
  Condition: z.string().optional(),
  DeletionPolicy: z.enum(["Delete", "Retain"]).default("Delete"),
  UpdateReplacePolicy: z.enum(["Delete", "Retain"]).optional(),
  Metadata: z.unknown().optional(),
  // Here every update of an alias is at once.
  UpdatePolicy: z.strictObject({ CodeDeployLambdaAliasUpdate: z.unknown() }).optional(),
});
const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.literal("2010-09-09").optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Parameters: z
    .record(
      z.string(),
      z.strictObject({
        Type: z.enum(["String", "AWS::SSM::Parameter::Value<String>"]),
        Default: z.string().optional(),
        Description: z.string().optional(),
      }),
    )
    .default({}),
  Rules: z
    .record(
      z.string(),
      z.strictObject({ Assertions: z.array(z.strictObject({ Assert: condition, AssertDescription: z.string() })) }),
    )
    .default({}),
  Conditions: z.record(z.string(), condition).default({}),
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z
    .record(
      z.string(),
      z.strictObject({ Value: z.unknown(), Description: z.string().optional(), Condition: z.string().optional() }),
    )
    .default({}),
});

export type Template = z.infer<typeof templateSchema>;

/**
 * Reads a template and finds whatever is wrong with it before anything is made.
 * @throws {AwsFault} as CloudFormation: ValidationError
 */
export function readTemplate(text: string): Template {
  const read = templateSchema.safeParse(JSON.parse(text));
  if (!read.success) throw invalid(z.prettifyError(read.error));
  const template = read.data;
  const unknown = Object.values(template.Resources).filter(({ Type }) => !(Type in resourceKinds));
  if (unknown.length > 0) throw invalid(`Unrecognized resource types: [${unknown.map(({ Type }) => Type).join(", ")}]`);
  const known = new Set([...Object.keys(template.Resources), ...Object.keys(template.Parameters)]);
  const { Resources, Outputs } = template;
  for (const [block, content] of Object.entries({ Resources, Outputs })) {
    const missing = referencesIn(content).filter((id) => !known.has(id));
    if (missing.length > 0) throw invalid(`Unresolved resource dependencies [${missing.join(", ")}] in ${block}`);
  }
  inOrder(template);
  return template;
}

/** Logical ids, each after those that it needs. @throws {AwsFault} where resources need each other */
export function inOrder({ Resources }: Template): string[] {
  const needs = new Map(
    Object.entries(Resources).map(([id, { Properties, DependsOn }]) => [
      id,
      [...DependsOn, ...referencesIn(Properties)].filter((other) => other in Resources),
    ]),
  );
  const ordered: string[] = [];
  while (needs.size > 0) {
    const ready = [...needs].filter(([, others]) => others.every((other) => !needs.has(other))).map(([id]) => id);
    if (ready.length === 0) throw invalid(`Circular dependency between resources: [${[...needs.keys()].join(", ")}]`);
    for (const id of ready) needs.delete(id);
    ordered.push(...ready);
  }
  return ordered;
}

function invalid(sentence: string): AwsFault {
  return new AwsFault("ValidationError", `Template format error: ${sentence}`);
}
