type Lookup = { get(name: string): string | undefined };

/** What is known about a stack, so that the values of its template can be resolved. */
export type Known = {
  /** What `Ref` gives for a logical id or a pseudo parameter. */
  readonly refs: Lookup;
  /** What `Fn::GetAtt` gives for `LogicalId.Attribute`. */
  readonly attributes: Lookup;
  readonly conditions: Readonly<Record<string, unknown>>;
};

/** `${Name}` and `${Name.Attribute}` in the text of an Fn::Sub; `${!Name}` is left as it is. */
export const substitution = /\$\{(?!!)([^}]+)\}/g;

type Resolve = (argument: never, known: Known) => unknown;

/** Stands for a value that is not there: its property is left out. */
const noValue = Symbol("AWS::NoValue");

/** The functions of CloudFormation that the stack uses. Each resolves its own argument. */
const functions: Readonly<Record<string, Resolve>> = {
  Ref: (id: string, known) => (id === "AWS::NoValue" ? noValue : ref(id, known)),
  "Fn::GetAtt": (path: string | string[], known) => attribute([path].flat().join("."), known),
  "Fn::Join": ([separator, parts]: [string, unknown], known) => list(parts, known).join(separator),
  "Fn::Select": ([index, parts]: [number, unknown], known) => list(parts, known)[Number(index)],
  "Fn::Sub": (argument: string | [string, Record<string, unknown>], known) => {
    const [text, own = {}] = [argument].flat() as [string, Record<string, unknown>?];
    const value = (path: string) => {
      if (path in own) return resolveValue(own[path], known);
      return path.includes(".") ? attribute(path, known) : ref(path, known);
    };
    return text.replace(substitution, (_, path: string) => String(value(path))).replaceAll("${!", "${");
  },
  "Fn::If": ([condition, yes, no]: [string, unknown, unknown], known) =>
    resolveValue(isTrue(condition, known) ? yes : no, known),
  Condition: (name: string, known) => isTrue(name, known),
  "Fn::Equals": ([one, other]: [unknown, unknown], known) => resolveValue(one, known) === resolveValue(other, known),
  "Fn::And": (parts: unknown[], known) => parts.every((part) => resolveValue(part, known)),
  "Fn::Or": (parts: unknown[], known) => parts.some((part) => resolveValue(part, known)),
  "Fn::Not": ([part]: [unknown], known) => !resolveValue(part, known),
  "Fn::Contains": ([parts, value]: [unknown, unknown], known) =>
    list(parts, known).includes(resolveValue(value, known)),
};

/** A value of a template as it is in a stack. @throws an Error if it refers to what is not known */
export function resolveValue(value: unknown, known: Known): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, known)).filter((item) => item !== noValue);
  if (typeof value !== "object" || value === null) return value;
  const [[name, argument] = [], ...others] = Object.entries(value);
  // An IAM policy has a member of that name too, whose value is no text.
  if (name !== undefined && others.length === 0 && !(name === "Condition" && typeof argument !== "string")) {
    const run = functions[name];
    if (run !== undefined) return run(argument as never, known);
    if (name.startsWith("Fn::")) throw new Error(`${name} is not known here`);
  }
  const resolved = Object.entries(value).map(([key, inner]) => [key, resolveValue(inner, known)] as const);
  return Object.fromEntries(resolved.filter(([, inner]) => inner !== noValue));
}

/** Whether a condition of the template holds. */
export function isTrue(name: string, known: Known): boolean {
  if (!(name in known.conditions)) throw new Error(`Unresolved condition ${name}`);
  return resolveValue(known.conditions[name], known) === true;
}

function list(parts: unknown, known: Known): unknown[] {
  return resolveValue(parts, known) as unknown[];
}

function ref(id: string, { refs }: Known): string {
  const value = refs.get(id);
  if (value === undefined) throw new Error(`Unresolved resource dependency ${id}`);
  return value;
}

function attribute(path: string, { attributes }: Known): string {
  const value = attributes.get(path);
  if (value === undefined) throw new Error(`There is no attribute ${path}`);
  return value;
}
