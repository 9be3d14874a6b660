/** The one clock of a simulation. Time passes only from one timer to the next, so idle time costs nothing. */
export interface Scheduler {
  /** Epoch ms. */
  now(): number;
  /** Does something at an instant, or as soon as possible. What is due at one instant is done in the order it was asked for. */
  at(instant: number, act: () => void): void;
  sleep(ms: number): Promise<void>;
  /** Lets time pass until an instant, or until it is told to stop. */
  run(until: number, isStopped: () => boolean): Promise<void>;
}

type Timer = { readonly at: number; readonly order: number; readonly act: () => void };

export function createScheduler(start: number): Scheduler {
  const heap: Timer[] = [];
  let now = start;
  let order = 0;

  function isBefore(a: Timer, b: Timer): boolean {
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  function push(timer: Timer): void {
    let i = heap.length;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as Timer;
      if (!isBefore(timer, above)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = timer;
  }

  function pop(): Timer {
    const first = heap[0] as Timer;
    const last = heap.pop() as Timer;
    if (heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Timer, heap[child] as Timer)) child++;
      const below = heap[child] as Timer;
      if (!isBefore(below, last)) break;
      heap[i] = below;
      i = child;
    }
    heap[i] = last;
    return first;
  }

  // Clocks tell whole milliseconds.
  const at = (instant: number, act: () => void) => push({ at: Math.max(Math.ceil(instant), now), order: order++, act });

  return {
    now: () => now,
    at,
    sleep: (ms) => new Promise((wake) => at(now + ms, wake)),
    async run(until, isStopped) {
      while (heap.length > 0 && !isStopped()) {
        if ((heap[0] as Timer).at > until) break;
        const timer = pop();
        now = timer.at;
        timer.act();
        await everyoneWaits();
      }
      if (!isStopped()) now = Math.max(now, until);
    },
  };
}

/** Nothing in a simulation waits for the outside, so that all promises are done when the event loop comes round. */
function everyoneWaits(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
