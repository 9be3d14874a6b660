import { between, hex, magnitude } from "./random.ts";
import type { World } from "./world.ts";

/** How an invocation ended: with what it gave, with what it threw, or with the end of its process. */
export type Ended<T> =
  | { readonly kind: "answered"; readonly value: T }
  | { readonly kind: "threw"; readonly error: unknown }
  | { readonly kind: "killed" };

export type InvocationContext = { readonly awsRequestId: string; getRemainingTimeInMillis(): number };

/**
 * One function instance. All that its code waits for passes through its `sleep`, so that it can be killed or frozen at any
 * await. Between two invocations it stands still, as Lambda's instances do.
 */
export interface Process {
  readonly name: string;
  /** The process's own clock, which is not quite right. */
  now(): number;
  sleep(ms: number): Promise<void>;
  newId(): string;
  isIdle(): boolean;
  isDead(): boolean;
  /** True if it stood still in this invocation for so long that others may have taken its place. */
  wasFrozen(): boolean;
  idleSince(): number;
  /** When its invocation began, or its last one. */
  invokedAt(): number;
  invoke<T>(limitMs: number, work: (context: InvocationContext) => Promise<T>): Promise<Ended<T>>;
  kill(why: string): void;
  freeze(ms: number): void;
}

/** Longer than this, and leases of a process may have run out. */
const longFreezeMs = 5_000;

export function createProcess(world: World, name: string, skewMs: number): Process {
  const { clock, random } = world;
  let isDead = false;
  let isIdle = true;
  let idleSince = clock.now();
  let invokedAt = clock.now();
  let frozenUntil = 0;
  let wasFrozen = false;
  let held: (() => void)[] = [];
  let onDeath = () => {};

  function kill(why: string): void {
    if (isDead) return;
    isDead = true;
    held = [];
    world.note("process killed", `${name} (${why})`);
    onDeath();
  }

  function deliver(wake: () => void): void {
    if (isDead) return;
    if (isIdle) held.push(wake);
    else if (clock.now() < frozenUntil) clock.at(frozenUntil, () => deliver(wake));
    else wake();
  }

  /** What may befall a process at one of its awaits. */
  function strike(ms: number): void {
    if (isIdle) return;
    if (world.strikes("kill")) clock.at(clock.now() + random() * ms, () => !isIdle && kill("at an await"));
    if (world.strikes("freeze")) freeze(magnitude(random, 100, 600_000));
  }

  function freeze(ms: number): void {
    frozenUntil = Math.max(frozenUntil, clock.now() + ms);
    wasFrozen ||= ms > longFreezeMs;
    world.note("process frozen", `${name} for ${ms} ms`);
  }

  return {
    name,
    now: () => clock.now() + skewMs,
    sleep(ms) {
      strike(ms);
      return new Promise((wake) => clock.at(clock.now() + Math.max(ms, 0), () => deliver(wake)));
    },
    newId: () => hex(random, 32),
    isIdle: () => isIdle && !isDead,
    isDead: () => isDead,
    wasFrozen: () => wasFrozen,
    idleSince: () => idleSince,
    invokedAt: () => invokedAt,
    kill,
    freeze,

    invoke<T>(limitMs: number, work: (context: InvocationContext) => Promise<T>): Promise<Ended<T>> {
      const endsAt = clock.now() + limitMs;
      isIdle = false;
      wasFrozen = false;
      invokedAt = clock.now();
      return new Promise<Ended<T>>((resolve) => {
        let isOver = false;
        const end = (ended: Ended<T>) => {
          if (isOver) return;
          isOver = true;
          isIdle = true;
          idleSince = clock.now();
          resolve(ended);
        };
        onDeath = () => end({ kind: "killed" });
        for (const wake of held.splice(0)) clock.at(clock.now(), () => deliver(wake));
        const context = { awsRequestId: hex(random, 16), getRemainingTimeInMillis: () => endsAt - clock.now() };
        work(context).then(
          (value) => end({ kind: "answered", value }),
          (error: unknown) => end({ kind: "threw", error }),
        );
        const stop = () => !isOver && kill("out of time");
        // One that is frozen at its end is sometimes stopped only a moment after it thaws: what it does then must be harmless.
        clock.at(endsAt, () => {
          if (isOver) return;
          if (clock.now() < frozenUntil && random() < 0.5) clock.at(frozenUntil + between(random, 1, 3_000), stop);
          else stop();
        });
      });
    },
  };
}
