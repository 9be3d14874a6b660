/** An answer as it came over HTTP, before anything in it is understood. */
export type RawAnswer = { readonly status: number; readonly body: string };

/**
 * How one POST ended. `closed` means that the connection ended before any byte of an answer came. Kept-alive connections end so
 * when the other side has given them up, or when the process was frozen meanwhile.
 */
export type PostResult =
  | { readonly kind: "answer"; readonly answer: RawAnswer }
  | { readonly kind: "timeout" }
  | { readonly kind: "closed" }
  | { readonly kind: "unreachable" }
  | { readonly kind: "unreadable" };

/** Posts a JSON body to a path below the base URL, and gives up at `deadline` (epoch ms). Never throws. */
export type Post = (
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  deadline: number,
) => Promise<PostResult>;
