import type * as z from "zod/mini";
import { probeEnvSchema } from "./probe/env.ts";
import { refundFeedEnvSchema } from "./refund-feed/env.ts";
import { refundQueryEnvSchema } from "./refund-query/env.ts";
import { refundRecheckEnvSchema } from "./refund-recheck/env.ts";
import { refundTellEnvSchema } from "./refund-tell/env.ts";

/** The folders that are deployed as functions, each with what its environment must hold. */
export const functionEnvSchemas = {
  "refund-query": refundQueryEnvSchema,
  "refund-recheck": refundRecheckEnvSchema,
  "refund-tell": refundTellEnvSchema,
  "refund-feed": refundFeedEnvSchema,
} as const;

/** The probe is deployed only where a setting says what it asks about, and is no part of the local run. */
const optionalEnvSchemas = { probe: probeEnvSchema } as const;

export type FunctionName = keyof typeof functionEnvSchemas;
export const functionNames = Object.keys(functionEnvSchemas) as readonly FunctionName[];

export type DeployedName = FunctionName | keyof typeof optionalEnvSchemas;

const allEnvSchemas = { ...functionEnvSchemas, ...optionalEnvSchemas };
export const deployedNames = Object.keys(allEnvSchemas) as readonly DeployedName[];

/** The environment of each function; what deploys one has the same type, so a missing variable does not compile. */
export type FunctionEnvs = { [Name in DeployedName]: z.infer<(typeof allEnvSchemas)[Name]> };
