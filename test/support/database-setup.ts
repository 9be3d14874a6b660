import type { TestProject } from "vitest/node";
import { startDatabase } from "../../sandbox/database.ts";
import { localStack, type TableDefinition } from "../../sandbox/stack/local-stack.ts";

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
  project.provide("tableDefinition", { ...(await localStack()).table, StreamSpecification: undefined });
  const database = await startDatabase({});
  project.provide("dynamoDbEndpoint", database.endpoint);
  return () => database.close();
}
