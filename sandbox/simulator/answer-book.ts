import type { AnswerStep } from "./answer-step.ts";
import { scenarios } from "./scenarios.ts";

type Steps = readonly AnswerStep[];

const noOrder: Steps = [{ errCode: "NO_ORDER" }];
const stepsByPrefix: ReadonlyMap<string, Steps> = new Map(scenarios.map(({ prefix, steps }) => [prefix, steps]));

/** What each order number is answered: its script, else the scenario of its prefix, else `NO_ORDER`. */
export class AnswerBook {
  readonly #scripts = new Map<string, Steps>();
  readonly #answered = new Map<string, number>();

  /** Replaces the order's script; the next call gets the first of the steps, of which there is at least one. */
  script(merOrderId: string, steps: Steps): void {
    this.#scripts.set(merOrderId, steps);
    this.#answered.delete(merOrderId);
  }

  /** Consumes a step of the order: the next one, or the last one again. */
  nextStep(merOrderId: string): AnswerStep {
    const prefix = merOrderId.slice(0, merOrderId.indexOf("-") + 1);
    const steps = this.#scripts.get(merOrderId) ?? stepsByPrefix.get(prefix) ?? noOrder;
    if (steps.length === 1) return steps[0] ?? {};
    const answered = this.#answered.get(merOrderId) ?? 0;
    this.#answered.set(merOrderId, answered + 1);
    return steps[Math.min(answered, steps.length - 1)] ?? {};
  }

  /** Forgets all scripts, and how far each order had come in its script or scenario. */
  forget(): void {
    this.#scripts.clear();
    this.#answered.clear();
  }
}
