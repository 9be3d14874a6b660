import type { UnclearCause } from "../refund/reading.ts";
import type { AuthorizeUpstream, NotAuthorized, UpstreamAuthorization } from "./auth/upstream-authorization.ts";
import { withDataTag } from "./data-tag.ts";
import { isGoneSecondsLater, isKeyRejected } from "./error-codes.ts";
import type { Post, PostResult, RawAnswer } from "./transport/raw-answer.ts";

/** One operation of ChinaUMS. It must be safe to repeat, because a call may be sent twice. */
export type Operation<Input, Answer extends { readonly errCode: string | undefined }> = {
  /** Below the base URL; the method is POST. */
  readonly path: string;
  /** The body of a call that is sent at `now` (epoch ms). `id` is new for every try. */
  readonly build: (input: Input, now: number, id: string) => object;
  /** What the answer tells; it gets the `id` that was sent. Total: it never throws, whatever came back. */
  readonly read: (raw: RawAnswer, input: Input, id: string) => Answer;
};

export type CallDeps = {
  readonly post: Post;
  readonly authorizeUpstream: AuthorizeUpstream;
  readonly now: () => number;
  /** 32 hex characters, never the same twice. */
  readonly newId: () => string;
  /** The longest that one try may take, in ms. */
  readonly tryMs: number;
  /** True to send bodies as `{"data": {…}}`. */
  readonly needDataTag: boolean;
};

/** How one try ended, as far as this decides about a second one. */
export type Tried = { readonly closed: boolean; readonly errCode: string | undefined };

/** `id` is that of the last body sent; it is undefined when nothing was sent. */
export type CallResult<Answer> = Tried & { readonly id: string | undefined } & (
    | { readonly kind: "answer"; readonly answer: Answer }
    | { readonly kind: "fault"; readonly cause: UnclearCause }
    | NotAuthorized
  );

/** What a call without an answer tells. */
export const causeByFault = {
  timeout: "timeout",
  closed: "unreachable",
  unreachable: "unreachable",
  unreadable: "unreadable",
} as const satisfies Record<Exclude<PostResult["kind"], "answer">, UnclearCause>;

/** Calls one operation before `deadline` (epoch ms), tries included. It never throws. */
export function createCall<Input, Answer extends { readonly errCode: string | undefined }>(
  operation: Operation<Input, Answer>,
  deps: CallDeps,
): (input: Input, deadline: number) => Promise<CallResult<Answer>> {
  const { now } = deps;
  return async (input, deadline) => {
    let id: string | undefined;

    async function send(authorization: UpstreamAuthorization | NotAuthorized): Promise<CallResult<Answer>> {
      if (authorization.kind === "none") return { ...authorization, id, closed: false, errCode: undefined };
      const sentId = deps.newId();
      id = sentId;
      const built = operation.build(input, now(), sentId);
      const body = JSON.stringify(deps.needDataTag ? withDataTag(built) : built);
      const headers = { authorization: authorization.header(body, now()) };
      const result = await deps.post(operation.path, headers, body, Math.min(deadline, now() + deps.tryMs));
      if (result.kind !== "answer") {
        const cause = causeByFault[result.kind];
        return { kind: "fault", cause, id, closed: result.kind === "closed", errCode: undefined };
      }
      const answer = operation.read(result.answer, input, sentId);
      return { kind: "answer", answer, id, closed: false, errCode: answer.errCode };
    }

    return await tryTwice(await deps.authorizeUpstream(deadline), send, async (rejected) =>
      rejected.kind === "ready" ? await rejected.afterRejected(deadline) : undefined,
    );
  };
}

/**
 * Tries once, and a second time where that is known to help: after a connection that closed before any answer, after the
 * gateway's passing fault, and after a rejected key or token when `afterRejected` gives a newer one.
 */
export async function tryTwice<Access, Result extends Tried>(
  access: Access,
  send: (access: Access) => Promise<Result>,
  afterRejected: (rejected: Access) => Promise<Access | undefined>,
): Promise<Result> {
  const first = await send(access);
  if (first.closed || isGoneSecondsLater(first.errCode)) return await send(access);
  const newer = isKeyRejected(first.errCode) ? await afterRejected(access) : undefined;
  return newer === undefined ? first : await send(newer);
}
