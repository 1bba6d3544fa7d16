import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '../access/authenticated.ts';
import type { Api, Operations } from '../operations/api.ts';
import type { Clock } from '../ports.ts';
import type { Logger } from '../telemetry/log.ts';
import type { ApiLimits } from './http-config.ts';
import type { HostVerdict } from './known-host.ts';
import type { WhoAsks } from './who-asks.ts';

/** What a door of the API serves, and to whom. */
export interface ApiDoorWorld {
  readonly door: 'http' | 'mcp';
  readonly operations: Operations;
  readonly access: Access;
  /** Is told of those who were not recognised. */
  readonly accessLog: Api['accessLog'];
  readonly whoAsks: WhoAsks;
  readonly judgeHost: (header: string | undefined) => HostVerdict;
  /** At which clients reach it, without a slash at the end. */
  readonly publicUrl: string;
  readonly behindProxy: boolean;
  readonly limits: ApiLimits;
  readonly clock: Clock;
  readonly log: Logger;
  /** Aborts when the controller ends: streams are told to come again. */
  readonly closing: AbortSignal;
}

/** One door of the API: it answers requests that a server of Node hands to it. */
export interface ApiDoor {
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
}
