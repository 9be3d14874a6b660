import { AwsFault } from "./aws-fault.ts";
import { substitution } from "./references.ts";

/** What is known of the stack by now: values by the names that `Ref` has, attributes by `Resource.Attribute`, conditions. */
export type Known = {
  readonly refs: ReadonlyMap<string, string>;
  readonly attributes: ReadonlyMap<string, string>;
  readonly conditions: Readonly<Record<string, unknown>>;
};

type Resolve = (argument: never, known: Known) => unknown;

/** In place of a value: the property is left out. */
const noValue = Symbol("AWS::NoValue");

/** CloudFormation's functions, as far as they are used; each resolves its own argument. */
const functions: Readonly<Record<string, Resolve>> = {
  Ref: (id: string, known) => (id === "AWS::NoValue" ? noValue : ref(id, known)),
  "Fn::GetAtt": (path: string | string[], known) => attribute([path].flat().join("."), known),
  "Fn::Join": ([separator, parts]: [string, unknown], known) => list(parts, known).join(separator),
  "Fn::Select": ([index, parts]: [number, unknown], known) => list(parts, known)[Number(index)],
  "Fn::Sub": (argument: string | [string, Record<string, unknown>], known) => {
    const [text, own = {}] = [argument].flat() as [string, Record<string, unknown>?];
    const value = (path: string) => {
      if (path in own) return resolve(own[path], known);
      return path.includes(".") ? attribute(path, known) : ref(path, known);
    };
    return text.replace(substitution, (_, path: string) => String(value(path))).replaceAll("${!", "${");
  },
  "Fn::If": ([condition, yes, no]: [string, unknown, unknown], known) =>
    resolve(isTrue(condition, known) ? yes : no, known),
  Condition: (name: string, known) => isTrue(name, known),
  "Fn::Equals": ([one, other]: [unknown, unknown], known) => resolve(one, known) === resolve(other, known),
  "Fn::And": (parts: unknown[], known) => parts.every((part) => resolve(part, known)),
  "Fn::Or": (parts: unknown[], known) => parts.some((part) => resolve(part, known)),
  "Fn::Not": ([part]: [unknown], known) => !resolve(part, known),
  "Fn::Contains": ([parts, value]: [unknown, unknown], known) => list(parts, known).includes(resolve(value, known)),
};

/** A value of a template as it is in this stack. @throws {AwsFault} where it cannot be known */
export function resolve(value: unknown, known: Known): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, known)).filter((item) => item !== noValue);
  if (typeof value !== "object" || value === null) return value;
  const [[name, argument] = [], ...others] = Object.entries(value);
  // An IAM policy has a member of that name too, whose value is no text.
  if (name !== undefined && others.length === 0 && !(name === "Condition" && typeof argument !== "string")) {
    const run = functions[name];
    if (run !== undefined) return run(argument as never, known);
    if (name.startsWith("Fn::")) throw new AwsFault("ValidationError", `${name} is not emulated`);
  }
  const resolved = Object.entries(value).map(([key, inner]) => [key, resolve(inner, known)] as const);
  return Object.fromEntries(resolved.filter(([, inner]) => inner !== noValue));
}

/** Whether a condition of the template holds. */
export function isTrue(name: string, known: Known): boolean {
  if (!(name in known.conditions)) throw new AwsFault("ValidationError", `Unresolved condition ${name}`);
  return resolve(known.conditions[name], known) === true;
}

function list(parts: unknown, known: Known): unknown[] {
  return resolve(parts, known) as unknown[];
}

function ref(id: string, { refs }: Known): string {
  const value = refs.get(id);
  if (value === undefined) throw new AwsFault("ValidationError", `Unresolved resource dependency ${id}`);
  return value;
}

function attribute(path: string, { attributes }: Known): string {
  const value = attributes.get(path);
  if (value === undefined) throw new AwsFault("ValidationError", `There is no attribute ${path}`);
  return value;
}
