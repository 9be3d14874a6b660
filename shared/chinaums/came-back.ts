import { createHash } from "node:crypto";
import type { CameBack } from "../refund/evidence.ts";
import { maskCards } from "./mask-cards.ts";
import type { RawAnswer } from "./transport/raw-answer.ts";

const maxCharacters = 200;
/** More than is kept, so that a card number or a signature is seen whole before the text is cut. */
const readCharacters = 2_000;

/** Signatures, nonces, tokens and keys are long runs of Base64 or hex. A page or an error text has none that anybody misses. */
const longRun = /[A-Za-z0-9+/_-]{28,}={0,2}/g;
/** What a partner sent to be echoed is its own. A text in JSON may hold blanks and escapes, and may be cut off. */
const echo = /("srcReserve"\s*:\s*")(?:[^"\\]|\\.)*/g;
/** Members and parameters whose value proves who is calling, however short it is. */
const proof =
  /((?:signature|sign|srcReserve|nonce|token|appkey|app_?key|authorization)["'\\]*\s*[:=]\s*)(["'\\]*)[^"'\\\s,;<>&}]+/gi;

/** What may be kept of an answer that cannot be shown. `said` is the part that is quoted, if that is not the body. */
export function cameBackOf({ status, body }: RawAnswer, said = body): CameBack {
  return {
    status,
    bytes: Buffer.byteLength(body),
    digest: createHash("sha256").update(body).digest("hex").slice(0, 8),
    excerpt: excerptOf(said),
  };
}

function excerptOf(text: string): string {
  const safe = text.slice(0, readCharacters).replace(echo, "$1…").replace(proof, "$1$2…").replace(longRun, "…");
  const oneLine = maskCards(safe)
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return Array.from(oneLine).slice(0, maxCharacters).join("").toWellFormed();
}
