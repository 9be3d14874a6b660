import type { Principal } from "./credentials.ts";
import type { Iam } from "./iam.ts";

/** Queues of SQS by their ARNs, for who works in a role of this account. */
export class Queues {
  readonly #messages = new Map<string, unknown[]>();
  readonly #iam: Iam;

  constructor(iam: Iam) {
    this.#iam = iam;
  }

  add(arn: string): void {
    this.#messages.set(arn, []);
  }

  remove(arn: string): void {
    this.#messages.delete(arn);
  }

  has(arn: string): boolean {
    return this.#messages.has(arn);
  }

  messages(arn: string): readonly unknown[] {
    return this.#messages.get(arn) ?? [];
  }

  /** What the principal may not send is lost. */
  send(arn: string, message: unknown, principal: Principal): void {
    if (this.#iam.mayDo(principal, [{ action: "sqs:SendMessage", resource: arn }])) {
      this.#messages.get(arn)?.push(message);
    }
  }
}
