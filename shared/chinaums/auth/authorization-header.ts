/** A parameter with any white space around it, and what follows it: a comma or the end. */
const parameterForms = {
  quoted: /\s*([A-Za-z]+)\s*=\s*"([^"]*)"\s*(?:,|$)/y,
  "quoted or not": /\s*([A-Za-z]+)\s*=\s*"?((?<=")[^"]*(?=")|(?<!")[^\s",]+)"?\s*(?:,|$)/y,
} as const;

/**
 * The parameters of an Authorization header by their names in lower case. Undefined for another scheme, and for a header
 * that cannot be read to its end or that repeats a name.
 */
export function readAuthorization(
  header: string,
  scheme: string,
  form: keyof typeof parameterForms,
): ReadonlyMap<string, string> | undefined {
  const [, found, list] = /^\s*(\S+)\s+(.*)$/s.exec(header) ?? [];
  if (list === undefined || found?.toUpperCase() !== scheme) return undefined;
  const parameters = new Map<string, string>();
  const parameter = parameterForms[form];
  const text = list.trimEnd();
  parameter.lastIndex = 0;
  while (parameter.lastIndex < text.length) {
    const [, name, value] = parameter.exec(text) ?? [];
    if (name === undefined || value === undefined || parameters.has(name.toLowerCase())) return undefined;
    parameters.set(name.toLowerCase(), value);
  }
  return parameters;
}
