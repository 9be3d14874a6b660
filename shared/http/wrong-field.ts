/** A field of a request that is wrong, and what it must be. */
export type WrongField = { readonly field: string; readonly message: string };
