/** The pair that ChinaUMS hands out: the AppId names who calls, and the AppKey signs. */
export type KeyPair = { readonly appId: string; readonly appKey: string };
