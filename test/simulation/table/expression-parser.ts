import { invalid } from "./exceptions.ts";

/** A part of an expression: an operation on parts, or a leaf, which has steps: `["#a", "b"]` of a path, `[":v"]` of a value. */
export type Node = { readonly op: string; readonly args: readonly Node[]; readonly steps: readonly string[] };

/** An expression, and the `#names` and `:values` that it mentions. */
export type Expression = { readonly root: Node; readonly mentions: readonly string[] };

/** `AND`, `OR`, `NOT`, comparisons and functions; of key conditions and filters too. */
export const parseCondition = cached(disjunction);
/** A node `UPDATE` of `SET`, `REMOVE`, `ADD` and `DELETE`, each of a path and mostly an operand. */
export const parseUpdate = cached(update);
/** A node `LIST` of paths. */
export const parseProjection = cached((tokens) => node("LIST", listOf(tokens, operand)));

const comparators = new Set(["=", "<>", "<", "<=", ">", ">="]);
const predicates = new Set(["attribute_exists", "attribute_not_exists", "begins_with", "contains"]);
const functions = new Set([...predicates, "size", "if_not_exists", "list_append"]);

type Tokens = { readonly peek: () => string; readonly next: () => string };

/** A service has few texts of expressions and calls with them over and over, so each is parsed once. */
function cached(parse: (tokens: Tokens) => Node): (text: string) => Expression {
  const known = new Map<string, Expression>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const words = split(text);
    let at = 0;
    const root = parse({ peek: () => words[at] ?? "", next: () => words[at++] ?? "" });
    if (at !== words.length) throw invalid(`cannot read "${text}" from "${words[at] ?? "its end"}"`);
    const mentions = words.flatMap((word) => word.split(".")).filter((word) => /^[#:]/.test(word));
    const expression = { root, mentions };
    known.set(text, expression);
    return expression;
  };
}

function split(text: string): string[] {
  const words = text.match(/[#:]?\w+(\.#?\w+)*|<>|<=|>=|[^\s]/g) ?? [];
  // Words of the language are written in any case.
  return words.map((word) =>
    /^(and|or|not|between|in|set|remove|add|delete)$/i.test(word) ? word.toUpperCase() : word,
  );
}

function node(op: string, args: readonly Node[], steps: readonly string[] = []): Node {
  return { op, args, steps };
}

function take(tokens: Tokens, word: string): boolean {
  if (tokens.peek() !== word) return false;
  tokens.next();
  return true;
}

function expect(tokens: Tokens, word: string): void {
  if (!take(tokens, word)) throw invalid(`an expression lacks "${word}" before "${tokens.peek()}"`);
}

function listOf(tokens: Tokens, member: (tokens: Tokens) => Node): Node[] {
  const members = [member(tokens)];
  while (take(tokens, ",")) members.push(member(tokens));
  return members;
}

function disjunction(tokens: Tokens): Node {
  const left = conjunction(tokens);
  return take(tokens, "OR") ? node("OR", [left, disjunction(tokens)]) : left;
}

function conjunction(tokens: Tokens): Node {
  const left = negation(tokens);
  return take(tokens, "AND") ? node("AND", [left, conjunction(tokens)]) : left;
}

function negation(tokens: Tokens): Node {
  return take(tokens, "NOT") ? node("NOT", [negation(tokens)]) : test(tokens);
}

function test(tokens: Tokens): Node {
  if (take(tokens, "(")) {
    const inner = disjunction(tokens);
    expect(tokens, ")");
    return inner;
  }
  const left = operand(tokens);
  if (comparators.has(tokens.peek())) return node(tokens.next(), [left, operand(tokens)]);
  if (take(tokens, "BETWEEN")) {
    const low = operand(tokens);
    expect(tokens, "AND");
    return node("BETWEEN", [left, low, operand(tokens)]);
  }
  if (take(tokens, "IN")) return node("IN", [left, ...inParentheses(tokens)]);
  if (predicates.has(left.op)) return left;
  throw invalid(`"${left.steps.join(".")}" is no condition`);
}

function inParentheses(tokens: Tokens): Node[] {
  expect(tokens, "(");
  const args = listOf(tokens, operand);
  expect(tokens, ")");
  return args;
}

function operand(tokens: Tokens): Node {
  const word = tokens.next();
  if (!/^[#:]?\w/.test(word)) throw invalid(`an expression has "${word}" where an operand should be`);
  if (tokens.peek() !== "(") return node(word.startsWith(":") ? "value" : "path", [], word.split("."));
  if (!functions.has(word)) throw invalid(`there is no function ${word}`);
  return node(word, inParentheses(tokens));
}

function update(tokens: Tokens): Node {
  const actions: Node[] = [];
  while (tokens.peek() !== "") {
    const clause = tokens.next();
    actions.push(...listOf(tokens, () => action(clause, tokens)));
  }
  return node("UPDATE", actions);
}

function action(clause: string, tokens: Tokens): Node {
  const path = operand(tokens);
  if (clause === "REMOVE") return node(clause, [path]);
  if (clause === "ADD" || clause === "DELETE") return node(clause, [path, operand(tokens)]);
  if (clause !== "SET") throw invalid(`an update has no clause ${clause}`);
  expect(tokens, "=");
  const left = operand(tokens);
  const isSum = tokens.peek() === "+" || tokens.peek() === "-";
  return node(clause, [path, isSum ? node(tokens.next(), [left, operand(tokens)]) : left]);
}
