import type { TestProject } from "vitest/node";
import { startDatabase } from "../../sandbox/database.ts";
import { readStack, type TableDefinition } from "../../sandbox/stack/local-stack.ts";
import { keptTemplate } from "../../sandbox/stack/synthesized-template.ts";

declare module "vitest" {
  interface ProvidedContext {
    dynamoDbEndpoint: string;
    tableDefinition: TableDefinition;
  }
}

/**
 * One DynamoDB engine for all test files, in memory. Each file makes tables of its own, as the deployment defines them but
 * without a stream, because nobody reads one here.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Without an earlier synthesis the stack is built here. Bundles are left out, because they take longest.
  const template = keptTemplate() ?? (await import("./synthesis.ts")).synthesize();
  project.provide("tableDefinition", { ...readStack(template).table, StreamSpecification: undefined });
  const database = await startDatabase({});
  project.provide("dynamoDbEndpoint", database.endpoint);
  return () => database.close();
}
