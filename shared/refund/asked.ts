/** What a check asked with, as far as a refund remembers it. */
export type Asked = {
  readonly tid: string;
  /** Digest of all that a partner asked; absent for a scheduled check, which asks nothing but the refund's own numbers. */
  readonly digest: string | undefined;
};
