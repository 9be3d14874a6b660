import { type FunctionInstances, startFunctionInstances } from "../../../sandbox/function-instances.ts";
import { localRegion } from "../../../tools/local-aws.ts";
import type { Credentials } from "./credentials.ts";
import type { FunctionDefinition } from "./lambda.ts";

/** One process of a function, which takes one invocation at a time and is ended when that takes too long. */
export class LambdaEnvironment {
  readonly #instance: FunctionInstances;
  readonly #timeoutSeconds: number;

  private constructor(instance: FunctionInstances, timeoutSeconds: number) {
    this.#instance = instance;
    this.#timeoutSeconds = timeoutSeconds;
  }

  /** Starts it with what Lambda gives every function, and what this one's definition says. */
  static async start(
    { name, handler, variables, memoryMb, timeoutSeconds, logGroup }: FunctionDefinition,
    bundle: string,
    { accessKeyId, secretAccessKey, sessionToken }: Required<Credentials>,
    endpoint: string,
    onLogLine: (line: string) => void,
  ): Promise<LambdaEnvironment> {
    const environment = {
      ...variables,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
      AWS_REGION: localRegion,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_ENDPOINT_URL: endpoint,
    };
    const instance = await startFunctionInstances({
      bundle,
      handlerName: handler.replace(/^.*\./, ""),
      environment,
      instances: 1,
      timeoutMs: timeoutSeconds * 1000,
      memoryMb,
      onLogLine,
    });
    return new LambdaEnvironment(instance, timeoutSeconds);
  }

  get pids(): number[] {
    return this.#instance.pids();
  }

  async invoke(event: unknown): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      const sentence = `Task timed out after ${this.#timeoutSeconds} seconds`;
      timer = setTimeout(() => reject(new Error(sentence)), this.#timeoutSeconds * 1000);
    });
    return await Promise.race([this.#instance.invoke(event), tooLate]).finally(() => clearTimeout(timer));
  }

  close(): Promise<void> {
    return this.#instance.close();
  }
}
