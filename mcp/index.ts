export { type Door, DoorError, type DoorEvent, type DoorFailure } from './door.ts';
export type { CallerHeaders, HttpContent, HttpWorld } from './http/http-world.ts';
export { type HttpServing, serveOnHttp } from './http/listen.ts';
export { narrowed, offered, type Selection, UnknownTool } from './offered.ts';
export type { Served } from './served.ts';
export { serveOnStdio } from './stdio.ts';
export type { Tool } from './tool.ts';
export { TOOLS } from './tools/index.ts';
