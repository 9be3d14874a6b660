import { substitution } from "../../../sandbox/stack/resolve-value.ts";

/** The names of what a value of a template refers to, pseudo parameters left out. */
export function referencesIn(value: unknown): string[] {
  return [...new Set(references(value))].filter((id) => !id.startsWith("AWS::"));
}

function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, argument]) => {
    if (name === "Ref") return [String(argument)];
    if (name === "Fn::GetAtt") return [(Array.isArray(argument) ? argument : String(argument).split("."))[0]];
    if (name === "DependsOn") return [argument].flat().map(String);
    if (name === "Fn::Sub") {
      const [text, own = {}] = [argument].flat() as [string, object?];
      const named = [...text.matchAll(substitution)].map(([, path = ""]) => path.split(".")[0] ?? "");
      return [...named.filter((id) => !(id in own)), ...references(own)];
    }
    return references(argument);
  });
}
