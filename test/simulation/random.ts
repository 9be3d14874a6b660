/** Numbers from 0 to 1, 1 not included; the same seed gives the same ones on every machine. */
export type Random = () => number;

/** The generator sfc32, warmed up from one number. Source: PractRand; 32-bit integers alone, so no machine rounds otherwise. */
export function createRandom(seed: number): Random {
  let a = 0x9e3779b9 ^ seed;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

export function between(random: Random, least: number, most: number): number {
  return Math.floor(least + random() * (most - least));
}

/** Every order of magnitude is as likely as any other: seconds as likely as days. */
export function magnitude(random: Random, least: number, most: number): number {
  return Math.floor(least * (most / least) ** random());
}

export function pick<T>(random: Random, list: readonly [T, ...T[]] | readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

export function hex(random: Random, digits: number): string {
  let text = "";
  while (text.length < digits)
    text += Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  return text.slice(0, digits);
}
