import { type EventConfig, isPermitted, type LambdaFunction, type Permission } from "./lambda.ts";

/** A name that points to a version. Who may invoke it, and where its failed events go, is its own. */
export class FunctionAlias {
  readonly arn: string;
  readonly permissions = new Set<Permission>();
  eventConfig: EventConfig | undefined;
  /** The number of the version that it points to. */
  version: string;
  readonly #versionOf: (number: string) => LambdaFunction;

  constructor(arn: string, version: string, versionOf: (number: string) => LambdaFunction) {
    this.arn = arn;
    this.version = version;
    this.#versionOf = versionOf;
  }

  mayBeInvokedBy(service: string, sourceArn: string): boolean {
    return isPermitted(this.permissions, service, sourceArn);
  }

  invoke(event: unknown): Promise<unknown> {
    return this.#versionOf(this.version).invoke(event);
  }

  hand(event: unknown): Promise<void> {
    return this.#versionOf(this.version).hand(event, this.eventConfig);
  }
}
