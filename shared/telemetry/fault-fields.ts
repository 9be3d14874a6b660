/** What a log line says of an error. */
export type FaultFields = {
  /** The code of the error, else its name. */
  readonly fault: string;
  /** The same of what caused it, and of what caused that, the nearest first. */
  readonly cause: string | undefined;
  /** Where it was thrown: function, file, line and column of the bundle. */
  readonly at: string | undefined;
};

/** Causes of causes beyond this add nothing, and a circle of them would never end. */
const maxCauses = 4;
/** Codes and names are words. Anything else may be text that a service has sent. */
const word = /^[\w.$-]{1,64}$/;
/** `at name (file:line:column)` or `at file:line:column`. A machine's path before the file's own name is left out. */
const frame = /^\s+at (?:(?:async |new )*([\w.$#<>]{1,64})[^(]*\()?(.*?)([\w.-]{1,64}:\d+:\d+)\)?$/;

/**
 * What may be logged of an unexpected error: names, and the place in our code. Messages quote input and addresses, and whole
 * stacks quote paths, so neither is logged.
 */
export function faultFields(error: unknown): FaultFields {
  if (!(error instanceof Error)) return { fault: "not an error", cause: undefined, at: undefined };
  const causes: string[] = [];
  for (let cause = error.cause; cause instanceof Error && causes.length < maxCauses; cause = cause.cause) {
    causes.push(nameOf(cause));
  }
  return { fault: nameOf(error), cause: causes.length > 0 ? causes.join(" < ") : undefined, at: topFrame(error) };
}

function nameOf(error: Error): string {
  const code = "code" in error ? error.code : undefined;
  const name = String(code ?? error.name);
  return word.test(name) ? name : "unnamed";
}

/** The first frame outside of Node.js. A message may have lines that look like frames, so it is skipped. */
function topFrame({ stack = "", message }: Error): string | undefined {
  const start = message === "" ? 0 : stack.indexOf(message) + message.length;
  for (const line of stack.slice(start).split("\n")) {
    const [, name, path, place] = frame.exec(line) ?? [];
    if (place === undefined || path?.startsWith("node:")) continue;
    return name === undefined ? place : `${name} (${place})`;
  }
  return undefined;
}
