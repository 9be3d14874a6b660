import { randomBytes } from "node:crypto";
import type { AnswerStep } from "./answer-step.ts";

/** Without `expiresIn` (seconds) tokens last an hour. Without `answers` every signed call gets a token. */
export type TokenScript = {
  readonly expiresIn?: number | undefined;
  readonly answers?: readonly AnswerStep[] | undefined;
};

type Issued = { appId: string; expiresAtMs: number };

/** The platform's rule for one AppId. */
const mostValid = 10;
const hourSeconds = 3_600;

/** The tokens that the platform has issued, of which the last ten of an AppId are valid until they expire. */
export class TokenBook {
  /** In the order of issue. */
  readonly #issued = new Map<string, Issued>();
  #expiresIn = hourSeconds;
  #answers: readonly AnswerStep[] = [];
  #answered = 0;

  /** Issues a token; an eleventh valid one invalidates the oldest. `expiresIn` is in seconds. */
  issue(appId: string, nowMs: number): { accessToken: string; expiresIn: number } {
    const accessToken = randomBytes(16).toString("hex");
    this.#issued.set(accessToken, { appId, expiresAtMs: nowMs + this.#expiresIn * 1000 });
    for (const oldest of this.#valid(appId, nowMs).slice(0, -mostValid)) this.#issued.delete(oldest);
    return { accessToken, expiresIn: this.#expiresIn };
  }

  isValid(accessToken: string, appId: string, nowMs: number): boolean {
    const issued = this.#issued.get(accessToken);
    return issued !== undefined && issued.appId === appId && nowMs < issued.expiresAtMs;
  }

  countValid(appId: string, nowMs: number): number {
    return this.#valid(appId, nowMs).length;
  }

  revokeAll(): void {
    this.#issued.clear();
  }

  /** From now on tokens last `expiresIn` seconds, and these steps answer the token calls; the last step repeats. */
  script({ expiresIn = hourSeconds, answers = [] }: TokenScript): void {
    this.#expiresIn = expiresIn;
    this.#answers = answers;
    this.#answered = 0;
  }

  /** Consumes a step of the script; `{}`, which is a token, without one. */
  nextStep(): AnswerStep {
    const step = this.#answers[Math.min(this.#answered, this.#answers.length - 1)];
    this.#answered += 1;
    return step ?? {};
  }

  #valid(appId: string, nowMs: number): string[] {
    return [...this.#issued.keys()].filter((token) => this.isValid(token, appId, nowMs));
  }
}
