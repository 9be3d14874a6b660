/** What a function gives the HTTP API back, payload format 2.0. */
export type HttpAnswer = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** An answer of status 200 with `body` as JSON. */
export function jsonAnswer(body: object, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return {
    statusCode: 200,
    headers: { ...jsonHeaders("application/json"), ...headers },
    body: JSON.stringify(body),
  };
}

/** The headers of an answer of that media type; nobody on the way may keep it, because it is true for a moment. */
export function jsonHeaders(mediaType: string) {
  return { "Content-Type": `${mediaType}; charset=utf-8`, "Cache-Control": "no-store" } as const;
}

/** For a client that wraps its requests: it may look for the members at the top or in `data`. */
export function withCopyInData<Body extends object>(body: Body): Body & { readonly data: Body } {
  return { ...body, data: body };
}
