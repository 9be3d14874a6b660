/** A process that is one instance of a function. It loads the bundle as Lambda does, and answers its parent. */
import { pathToFileURL } from "node:url";

export type Invocation = {
  readonly id: number;
  readonly event: unknown;
  readonly requestId: string;
  readonly timeoutMs: number;
};
export type Outcome = { readonly id: number; readonly result?: unknown; readonly failed?: string };

const [, , bundle, handlerName] = process.argv;
if (bundle === undefined || handlerName === undefined) throw new Error("a bundle and what it exports are wanted");

// Without its parent an instance has no work.
process.on("disconnect", () => process.exit(0));

type Handler = (event: unknown, context: object) => Promise<unknown>;
const { [handlerName]: handler } = (await import(pathToFileURL(bundle).href)) as Record<string, Handler | undefined>;
if (handler === undefined) throw new Error(`the bundle has no ${handlerName}`);

process.on("message", async ({ id, event, requestId, timeoutMs }: Invocation) => {
  const endsAt = Date.now() + timeoutMs;
  const context = {
    awsRequestId: requestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    getRemainingTimeInMillis: () => endsAt - Date.now(),
  };
  const outcome: Outcome = await handler(event, context).then(
    (result) => ({ id, result }),
    (error: unknown) => ({ id, failed: error instanceof Error ? error.name : "not an error" }),
  );
  process.send?.(outcome);
});
process.send?.({ id: 0 } satisfies Outcome);
