import type { SignedRequest } from "../../client/signed-request.ts";

/** The request as a command for a POSIX shell. */
export function curlCommand({ url, headers, body }: SignedRequest): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const headerArgs = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  return ["curl -sS", quoted(url), ...headerArgs, `--data-binary ${quoted(body)}`].join(" \\\n  ");
}
