import { execFile } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Mutant } from "./mutants-of.ts";
import { root, typed } from "./settings.ts";

/** Checks the types of one mutant at a time in a copy of the sources. */
export class TypeChecker {
  readonly #folder: string;

  constructor(name: string) {
    this.#folder = join(root, ".build/mutants", name);
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
    for (const place of typed) cpSync(join(root, place), join(this.#folder, place), { recursive: true });
    // What a change leaves unused says nothing about the change.
    const compilerOptions = {
      noUnusedLocals: false,
      noUnusedParameters: false,
      incremental: true,
      tsBuildInfoFile: "i",
    };
    const config = { extends: join(root, "tsconfig.json"), include: typed, compilerOptions };
    writeFileSync(join(this.#folder, "tsconfig.json"), JSON.stringify(config));
  }

  /** Whether the types hold, of the sources as they are or of a mutant. */
  async accepts(mutant?: Mutant): Promise<boolean> {
    if (mutant === undefined) return this.#holds();
    const path = join(this.#folder, mutant.file);
    writeFileSync(path, mutant.text);
    try {
      return await this.#holds();
    } finally {
      cpSync(join(root, mutant.file), path);
    }
  }

  #holds(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    execFile(join(root, "node_modules/.bin/tsc"), ["-p", this.#folder], (error) => resolve(error === null));
    return promise;
  }
}
