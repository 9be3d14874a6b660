import { isDeepStrictEqual } from "node:util";
import { keptSettings, readSettings } from "../../infra/stage-settings.ts";

/** Settings of one deployment, each as `name=value`. @throws an Error with a plain sentence if one has another form */
export function readGivenSettings(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((setting) => {
      const [, name, value] = /^(\w+)=(.*)$/s.exec(setting) ?? [];
      if (name === undefined || value === undefined) throw new Error(`-c ${setting}: write it as -c name=value`);
      return [name, value];
    }),
  );
}

/**
 * Reads the settings as the synthesis will, so that a wrong one is reported before anything is made.
 * @throws an Error with a line for each setting that is wrong, or that the next deployment would silently undo
 */
export function checkGivenSettings(stage: string, given: Readonly<Record<string, string>>): void {
  const settings = readSettings({ stage, ...given });
  const changed = keptSettings.filter((name) => name in given);
  if (changed.length === 0) return;
  const others = Object.entries(given).filter(([name]) => !changed.some((kept) => kept === name));
  const kept = readKept(stage, Object.fromEntries(others));
  const lost = changed.filter((name) => !isDeepStrictEqual(settings[name], kept?.[name]));
  if (lost.length === 0) return;
  throw new Error(
    `-c ${lost.join(", -c ")}: the next deployment without it would undo this. Write it into settings/${stage}.json.`,
  );
}

/** Undefined if the file alone is wrong, as when the given settings mend it. */
function readKept(stage: string, given: Readonly<Record<string, string>>) {
  try {
    return readSettings({ stage, ...given });
  } catch {
    return undefined;
  }
}
