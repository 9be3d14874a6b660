/** How far a reader of a feed has come: the page, and the entries of it that it has had. */
export type Place = { readonly page: number; readonly index: number };

/** A cursor can be kept for ever, because pages neither move nor change. The version is for cursors of another kind. */
export function writeCursor({ page, index }: Place): string {
  return `v1.${page}.${index}`;
}

/** Undefined for a text that is no cursor. */
export function readCursor(text: string): Place | undefined {
  const [, page, index] = /^v1\.([1-9]\d{0,9})\.(\d{1,3})$/.exec(text) ?? [];
  return page === undefined ? undefined : { page: Number(page), index: Number(index) };
}
