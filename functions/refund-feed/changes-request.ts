import * as z from "zod/mini";
import { readInstant } from "../../shared/http/iso-instant.ts";
import { readFields, readJsonBody } from "../../shared/http/json-body.ts";
import { nullIsAbsent } from "../../shared/http/null-is-absent.ts";
import { requiredText } from "../../shared/http/refund-members.ts";
import type { WrongField } from "../../shared/http/wrong-field.ts";
import { type Place, readCursor } from "./cursor.ts";

/** From where a partner reads its feed: a cursor of its own, else an instant (epoch ms), else the beginning. */
export type ChangesRequest = {
  readonly cursor: Place | undefined;
  readonly since: number | undefined;
  readonly limit: number;
};

const maxLimit = 100;
const cursorForm = "a cursor of an earlier answer";
const sinceForm = "an instant in ISO 8601 with an offset, such as 2026-03-01T00:30:00Z";
const limitForm = `a whole number from 1 to ${maxLimit}`;

const changesSchema = nullIsAbsent(
  z.object(
    {
      cursor: z.optional(
        requiredText(cursorForm).check(
          z.refine((text) => readCursor(text) !== undefined, { error: `must be ${cursorForm}` }),
        ),
      ),
      since: z.optional(
        requiredText(sinceForm).check(
          z.refine((text) => readInstant(text) !== undefined, { error: `must be ${sinceForm}` }),
        ),
      ),
      limit: z.optional(
        z.int({ error: `must be ${limitForm}` }).check(z.refine(isLimit, { error: `must be ${limitForm}` })),
      ),
    },
    { error: "must be a JSON object" },
  ),
);

/** Reads the bytes of a request, or names every field that is wrong. An empty body asks for all there is. */
export function readChangesRequest(body: Uint8Array): ChangesRequest | { readonly wrong: readonly WrongField[] } {
  const sent = readJsonBody(body.byteLength === 0 ? Buffer.from("{}") : body);
  if ("wrong" in sent) return sent;
  const read = readFields(changesSchema, sent);
  if ("wrong" in read) return read;
  const { cursor, since, limit = maxLimit } = read.value;
  return {
    cursor: cursor === undefined ? undefined : readCursor(cursor),
    since: since === undefined ? undefined : readInstant(since),
    limit,
  };
}

function isLimit(limit: number): boolean {
  return limit >= 1 && limit <= maxLimit;
}
