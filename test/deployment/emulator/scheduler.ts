import type { Functions } from "./functions.ts";
import type { Iam } from "./iam.ts";
import type { Queues } from "./queues.ts";

export type Schedule = {
  readonly everyMinutes: number;
  readonly functionArn: string;
  readonly roleArn: string;
  readonly input: unknown;
  readonly retries: number;
  /** Where an event is left that could not be handed over. */
  readonly deadLetterArn: string;
};

/** EventBridge Scheduler. Its clock moves only when a test says so. */
export class Scheduler {
  readonly #schedules = new Set<Schedule>();
  readonly #iam: Iam;
  readonly #lambda: Functions;
  readonly #queues: Queues;
  #minute = 0;

  constructor(iam: Iam, lambda: Functions, queues: Queues) {
    this.#iam = iam;
    this.#lambda = lambda;
    this.#queues = queues;
  }

  /** @throws an Error where the role does not trust the service */
  add(schedule: Schedule): void {
    if (!this.#iam.isTrusted("scheduler.amazonaws.com", schedule.roleArn)) {
      throw new Error("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.");
    }
    this.#schedules.add(schedule);
  }

  remove(schedule: Schedule): void {
    this.#schedules.delete(schedule);
  }

  /** Invokes what is due in the next minute, each in its role, and waits until all that was begun is done. */
  async passMinute(): Promise<void> {
    this.#minute += 1;
    const due = [...this.#schedules].filter(({ everyMinutes }) => this.#minute % everyMinutes === 0);
    await Promise.all(due.map((schedule) => this.#invoke(schedule)));
  }

  async #invoke({ roleArn, functionArn, input, retries, deadLetterArn }: Schedule): Promise<void> {
    const { principal } = this.#iam.assume("scheduler.amazonaws.com", roleArn, "schedule");
    for (let attempt = 0; attempt <= retries; attempt++) {
      if (this.#iam.mayDo(principal, [{ action: "lambda:InvokeFunction", resource: functionArn }])) {
        await this.#lambda.findInvocable(functionArn).hand(input);
        return;
      }
    }
    this.#queues.send(deadLetterArn, input, principal);
  }
}
