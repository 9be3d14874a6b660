/** What a function gives the HTTP API back, payload format 2.0. */
export type HttpAnswer = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** An answer of status 200 with `body` as JSON. */
export function jsonAnswer(body: object, headers: Readonly<Record<string, string>>): HttpAnswer {
  return {
    statusCode: 200,
    headers: { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store", ...headers },
    body: JSON.stringify(body),
  };
}
