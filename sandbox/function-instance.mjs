/**
 * A process that is one instance of a function. It loads the bundle as Lambda does, and answers its parent. Plain JavaScript,
 * because loading what strips types would take a third of an instance's start.
 */
import { pathToFileURL } from "node:url";

const [, , bundle, handlerName] = process.argv;
if (bundle === undefined || handlerName === undefined) throw new Error("a bundle and what it exports are wanted");

// Without its parent an instance has no work.
process.on("disconnect", () => process.exit(0));

const { [handlerName]: handler } = await import(pathToFileURL(bundle).href);
if (handler === undefined) throw new Error(`the bundle has no ${handlerName}`);

process.on("message", async ({ id, event, requestId, timeoutMs }) => {
  const endsAt = Date.now() + timeoutMs;
  const context = {
    awsRequestId: requestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    getRemainingTimeInMillis: () => endsAt - Date.now(),
  };
  const outcome = await handler(event, context).then(
    (result) => ({ id, result }),
    (error) => ({ id, failed: error instanceof Error ? error.name : "not an error" }),
  );
  process.send?.(outcome);
});
process.send?.({ id: 0 });
