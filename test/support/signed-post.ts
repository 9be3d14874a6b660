import { authorization, type Pair } from "./partner.ts";

export type JsonAnswer<Body> = { readonly status: number; readonly body: Body };

/** Posts a JSON body to any path of the partners' endpoint, signed as a partner signs. */
export async function signedPost<Body>(
  url: string,
  pair: Pair,
  path: string,
  members: object,
): Promise<JsonAnswer<Body>> {
  const body = JSON.stringify(members);
  const response = await fetch(url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: authorization(pair, body) },
    body,
  });
  return { status: response.status, body: (await response.json()) as Body };
}
