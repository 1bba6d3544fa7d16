export { bodyDigestOf } from './body-digest.ts';
export { connectRouter, type RestSession, type RouterOptions } from './client.ts';
export type { RestClock } from './clock.ts';
export type { RequestReport } from './exchange.ts';
export type { TlsTrust } from './tls.ts';
