/** Prints the template of the settings that its argument gives as JSON. The local run reads it from here. */
import { readSettings } from "./stage-settings.ts";
import { makeTemplate } from "./template.ts";

try {
  const given = JSON.parse(process.argv[2] ?? "{}") as Record<string, unknown>;
  process.stdout.write(JSON.stringify(makeTemplate(readSettings(given))));
} catch (error) {
  // Most often a setting is wrong, and its sentence says which.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
