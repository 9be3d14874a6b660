import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localAccount, localRegion } from "../../../tools/local-aws.ts";
import { isLike } from "../../support/policies.ts";
import type { Iam } from "./iam.ts";
import { LambdaEnvironment } from "./lambda-environment.ts";
import type { Queues } from "./queues.ts";
import { unzip } from "./unzip.ts";

export type FunctionDefinition = {
  readonly name: string;
  readonly archive: Buffer;
  /** The module and its export, such as `index.handler`. */
  readonly handler: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly roleArn: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly logGroup: string;
};
/** A service that may invoke a function on behalf of some resource. */
export type Permission = { readonly principal: string; readonly sourceArn: string };
/** What happens to asynchronous events that fail. */
export type EventConfig = { readonly retries: number; readonly onFailure: string };

/** Whether one of the permissions lets a service invoke on behalf of that resource. */
export function isPermitted(permissions: ReadonlySet<Permission>, service: string, sourceArn: string): boolean {
  return [...permissions].some(({ principal, sourceArn: form }) => principal === service && isLike(sourceArn, form));
}

/** A function as it was made: its files, and the environments that it runs in, one for each invocation at a time. */
export class LambdaFunction {
  readonly definition: FunctionDefinition;
  readonly arn: string;
  readonly permissions = new Set<Permission>();
  /** What Lambda could write to the log group in the function's role. */
  readonly logLines: string[] = [];
  readonly madeAt = new Date();
  eventConfig: EventConfig | undefined;
  readonly #folder: string;
  readonly #module: string;
  readonly #idle: LambdaEnvironment[] = [];
  readonly #all = new Set<LambdaEnvironment>();
  readonly #services: { readonly endpoint: string; readonly iam: Iam; readonly queues: Queues };

  /** @throws an Error where it could not run: a role that does not trust Lambda, an archive without the handler */
  constructor(definition: FunctionDefinition, services: { endpoint: string; iam: Iam; queues: Queues }) {
    if (!services.iam.isTrusted("lambda.amazonaws.com", definition.roleArn)) {
      throw new Error("The role defined for the function cannot be assumed by Lambda.");
    }
    this.definition = definition;
    this.arn = `arn:aws:lambda:${localRegion}:${localAccount}:function:${definition.name}`;
    this.#services = services;
    this.#folder = mkdtempSync(join(tmpdir(), "refund-status-function-"));
    unzip(definition.archive, this.#folder);
    const name = definition.handler.replace(/\.\w+$/, "");
    const [module] = globSync(`${name}.{mjs,js,cjs}`, { cwd: this.#folder });
    if (module === undefined) throw new Error(`the archive has no module ${name}`);
    this.#module = join(this.#folder, module);
  }

  /** The processes that it runs in. */
  get pids(): number[] {
    return [...this.#all].flatMap(({ pids }) => pids);
  }

  /** Whether a service may invoke it on behalf of that resource. */
  mayBeInvokedBy(service: string, sourceArn: string): boolean {
    return isPermitted(this.permissions, service, sourceArn);
  }

  /** Gives it an event and waits for what it returns. @throws an Error where it fails or takes too long */
  async invoke(event: unknown): Promise<unknown> {
    const environment = this.#idle.pop() ?? (await this.#start());
    try {
      const result = await environment.invoke(event);
      this.#idle.push(environment);
      return result;
    } catch (error) {
      await environment.close();
      this.#all.delete(environment);
      throw error;
    }
  }

  /** Invokes it asynchronously. An event that keeps failing goes to the destination of the function's configuration. */
  async hand(event: unknown, config = this.eventConfig): Promise<void> {
    const { retries = 2, onFailure } = config ?? {};
    for (let attempt = 0; attempt <= retries; attempt++) {
      try {
        await this.invoke(event);
        return;
      } catch {
        // The function has said why in its log.
      }
    }
    if (onFailure === undefined) return;
    const { iam, queues } = this.#services;
    const { principal } = iam.assume("lambda.amazonaws.com", this.definition.roleArn, this.definition.name);
    queues.send(onFailure, { requestPayload: event }, principal);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((environment) => environment.close()));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(): Promise<LambdaEnvironment> {
    const { iam, endpoint } = this.#services;
    const { name, roleArn, logGroup } = this.definition;
    const { principal, credentials } = iam.assume("lambda.amazonaws.com", roleArn, name);
    const resource = `arn:aws:logs:${localRegion}:${localAccount}:log-group:${logGroup}:log-stream:any`;
    const rights = ["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => ({ action, resource }));
    const environment = await LambdaEnvironment.start(this.definition, this.#module, credentials, endpoint, (line) => {
      if (iam.mayDo(principal, rights)) this.logLines.push(line);
    });
    this.#all.add(environment);
    return environment;
  }
}
