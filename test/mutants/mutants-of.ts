import { parseAst } from "vitest/node";

/** One small change of one source file. */
export type Mutant = {
  readonly file: string;
  readonly line: number;
  /** The lines that it changes, on one line; together with `becomes` it names the mutant. */
  readonly was: string;
  readonly becomes: string;
  /** The whole file after the change. */
  readonly text: string;
};

type Node = { readonly type: string; readonly start: number; readonly end: number } & Readonly<Record<string, unknown>>;
type Edit = { readonly start: number; readonly end: number; readonly to: string };

const otherOperator: Readonly<Record<string, string>> = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
  "&&": "||",
  "||": "&&",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "+=": "-=",
  "-=": "+=",
  "++": "--",
  "--": "++",
};

/** Wrappers of an expression that only the type check sees. */
const typedExpressions = ["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression"];

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

const nodesIn = (value: unknown): Node[] => (Array.isArray(value) ? value : [value]).filter(isNode);

/** The parts of a node that run. Names, types, and the wording of an error are none. */
function partsThatRun(node: Node): Node[] {
  if (node.type.startsWith("TS") && !typedExpressions.includes(node.type)) return [];
  if (node.type === "ImportDeclaration" || node.type === "ExportAllDeclaration") return [];
  return Object.entries(node).flatMap(([member, value]) => {
    if (member === "source") return [];
    if (member === "key" && node.computed !== true) return [];
    if (member === "arguments" && isError(node)) return nodesIn(value).filter((part) => !isText(part));
    return nodesIn(value);
  });
}

function isError(node: Node): boolean {
  return node.type === "NewExpression" && isNode(node.callee) && /Error$/.test(String(node.callee.name));
}

function isText(node: Node): boolean {
  return node.type === "TemplateLiteral" || (node.type === "Literal" && typeof node.value === "string");
}

/** The edits that one node gives rise to, those of its parts not counted. */
function editsOf(node: Node, source: string): Edit[] {
  const text = (part: Node) => source.slice(part.start, part.end);
  const replaced = (part: unknown, ...by: string[]): Edit[] =>
    nodesIn(part).flatMap(({ start, end }) => by.map((to) => ({ start, end, to })));
  const operator = (from: number): Edit[] => {
    const was = String(node.operator);
    const to = otherOperator[was];
    const start = source.indexOf(was, from);
    return to === undefined ? [] : [{ start, end: start + was.length, to }];
  };

  switch (node.type) {
    case "LogicalExpression":
    case "BinaryExpression":
    case "AssignmentExpression": {
      const [left, right] = nodesIn([node.left, node.right]);
      if (left === undefined || right === undefined) return [];
      return node.operator === "??" ? replaced(node, text(left), text(right)) : operator(left.end);
    }
    case "UpdateExpression":
      return operator(node.prefix === true ? node.start : (nodesIn(node.argument)[0]?.end ?? node.start));
    case "UnaryExpression":
      return node.operator === "!" ? replaced(node, ...nodesIn(node.argument).map(text)) : [];
    case "Literal":
      if (typeof node.value === "boolean") return replaced(node, String(!node.value));
      if (typeof node.value === "number") return replaced(node, String(node.value + 1));
      return typeof node.value === "string" ? replaced(node, node.value === "" ? '"changed"' : '""') : [];
    case "TemplateLiteral":
      return replaced(node, "``");
    case "IfStatement":
    case "ConditionalExpression":
      return replaced(node.test, "true", "false");
    case "WhileStatement":
    case "DoWhileStatement":
    case "ForStatement":
      return replaced(node.test, "false");
    case "ExpressionStatement":
      return nodesIn(node.expression).some(isCall) ? replaced(node, ";") : [];
    case "ThrowStatement":
      return replaced(node, ";");
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
    case "CatchClause":
      return nodesIn(node.body).flatMap((body) =>
        body.type !== "BlockStatement"
          ? replaced(body, "undefined")
          : nodesIn(body.body).length > 0
            ? replaced(body, "{}")
            : [],
      );
    case "ArrayExpression":
      return removals(nodesIn(node.elements), source);
    case "ObjectExpression":
      return removals(nodesIn(node.properties), source);
    default:
      return [];
  }
}

function isCall(expression: Node): boolean {
  if (expression.type === "AwaitExpression") return nodesIn(expression.argument).some(isCall);
  if (expression.type === "ChainExpression") return nodesIn(expression.expression).some(isCall);
  return expression.type === "CallExpression";
}

/** Each element of a list taken out, with one comma. */
function removals(elements: readonly Node[], source: string): Edit[] {
  return elements.map(({ start, end }, i) => {
    const next = elements[i + 1]?.start;
    const comma = /^\s*,/.exec(source.slice(end))?.[0].length ?? 0;
    return { start, end: next ?? end + comma, to: "" };
  });
}

const longest = 160;

function onOneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= longest ? line : `${line.slice(0, longest / 2)} … ${line.slice(-longest / 2)}`;
}

function mutantBy({ start, end, to }: Edit, file: string, source: string): Mutant {
  const from = source.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = source.indexOf("\n", end);
  const until = lineEnd === -1 ? source.length : lineEnd;
  return {
    file,
    line: source.slice(0, start).split("\n").length,
    was: onOneLine(source.slice(from, until)),
    becomes: onOneLine(source.slice(from, start) + to + source.slice(end, until)),
    text: source.slice(0, start) + to + source.slice(end),
  };
}

function isProgram(text: string): boolean {
  try {
    parseAst(text, { lang: "ts" });
    return true;
  } catch {
    return false;
  }
}

/** Every mutant of a source, in the order of the source, none twice. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const edits: Edit[] = [];
  const visit = (node: Node) => {
    edits.push(...editsOf(node, source));
    for (const part of partsThatRun(node)) visit(part);
  };
  nodesIn(parseAst(source, { lang: "ts" })).forEach(visit);
  const mutants = edits.sort((a, b) => a.start - b.start).map((edit) => mutantBy(edit, file, source));
  const byText = new Map(mutants.map((mutant) => [mutant.text, mutant]));
  byText.delete(source);
  return [...byText.values()].filter(({ text }) => isProgram(text));
}
