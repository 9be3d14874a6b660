/** `npm run test:mutants -- [--every N] [FILE|FOLDER…]`: changes the sources one small thing at a time and tells what no test notices. */
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { synthesizedTemplate } from "../../sandbox/stack/synthesized-template.ts";
import { isAccepted } from "./accepted.ts";
import { Judge } from "./judge.ts";
import { mutantsOf } from "./mutants-of.ts";
import { readMutantOptions } from "./options.ts";
import { type Judged, report, survivorText } from "./report.ts";
import { folders, root, tests, workers } from "./settings.ts";
import { TestRunner } from "./test-runner.ts";
import { TypeChecker } from "./type-checker.ts";

const options = await readMutantOptions(process.argv.slice(2), process);
if (options === undefined) process.exit();
const { every, places } = options;

function sourcesIn(place: string): string[] {
  const isFolder = statSync(join(root, place), { throwIfNoEntry: false })?.isDirectory();
  const files = globSync(isFolder ? `${place}/**/*.ts` : place, { cwd: root });
  if (files.length === 0) throw new Error(`there is no source in ${place}`);
  return files.sort();
}

/** Does something with every item, one after another in each of the slots. */
async function inEachSlot<T>(items: readonly T[], work: (item: T, slot: number) => Promise<void>): Promise<void> {
  const queue = items.values();
  const slots = Array.from({ length: workers }, async (_, slot) => {
    for (const item of queue) await work(item, slot);
  });
  await Promise.all(slots);
}

const judged: Judged[] = [];
const learners = Array.from({ length: workers }, () => new TestRunner("isolated"));
const runners = Array.from({ length: workers }, () => new TestRunner("shared"));
const closeRunners = () => {
  for (const runner of [...learners, ...runners]) runner.close();
};
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    closeRunners();
    report(judged, { everyMutant: false, everyFolder: false });
    process.exit(130);
  });
}
process.on("exit", closeRunners);

const startedAt = performance.now();
const seconds = () => `${Math.round((performance.now() - startedAt) / 1_000)} s`;
const files = [...new Set((places.length > 0 ? places : folders).flatMap(sourcesIn))];
const mutants = files
  .flatMap((file) => mutantsOf(file, readFileSync(join(root, file), "utf8")))
  .filter((_, i) => i % every === 0);

// So that the processes of the tests find the template.
await synthesizedTemplate();
const judge = new Judge();
const checkers = Array.from({ length: workers }, (_, slot) => new TypeChecker(String(slot)));
for (const checker of checkers) {
  if (!(await checker.accepts())) throw new Error("the types do not hold with nothing changed");
}
await inEachSlot(globSync(tests, { cwd: root }).sort(), (testFile, slot) => judge.learn(testFile, at(learners, slot)));
for (const learner of learners) learner.close();
console.log(`${seconds()}: every test passes with nothing changed; ${mutants.length} mutants of ${files.length} files`);

await inEachSlot(mutants, async (mutant, slot) => {
  const verdict = await judge.verdict(mutant, at(runners, slot), at(checkers, slot));
  judged.push({ mutant, verdict });
  if (verdict === "survived" && !isAccepted(mutant)) console.log(`${mutant.file}:\n${survivorText(mutant)}`);
  const ofFile = judged.filter((one) => one.mutant.file === mutant.file);
  if (ofFile.length < mutants.filter(({ file }) => file === mutant.file).length) return;
  const survived = ofFile.filter(({ verdict }) => verdict === "survived").length;
  console.log(`${seconds()}: ${mutant.file}: ${survived} of ${ofFile.length} survived`);
});
const isGood = report(judged, { everyMutant: every === 1, everyFolder: places.length === 0 });
process.exit(isGood ? 0 : 1);

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
}
