/** The known name that a wrong one was probably meant to be: the one that takes the fewest changed letters. */
export function nearestName(wrong: string, known: readonly [string, ...string[]]): string {
  const distanceTo = (name: string) => editDistance(wrong.toLowerCase(), name.toLowerCase());
  return known.reduce((best, name) => (distanceTo(name) < distanceTo(best) ? name : best));
}

/** Letters to insert, to remove or to replace (Levenshtein's distance, one row of its table at a time). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const replaced = (row[j] ?? 0) + (letter === to[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
