export { bodyDigestOf } from './body-digest.ts';
export { connectRouter, type RestSession } from './client.ts';
export type { RestClock } from './clock.ts';
export type { RequestReport } from './exchange.ts';
export type { RouterOptions } from './line.ts';
export { connectReader, type RestReader } from './reader.ts';
export type { TlsTrust } from './tls.ts';
