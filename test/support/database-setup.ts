import type { TestProject } from "vitest/node";
import { startDatabase } from "../../sandbox/database.ts";

declare module "vitest" {
  interface ProvidedContext {
    dynamoDbEndpoint: string;
  }
}

/** One DynamoDB engine for all test files, in memory; each file makes tables of its own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const database = await startDatabase({});
  project.provide("dynamoDbEndpoint", database.endpoint);
  return () => database.close();
}
