import type { Door } from '../door.ts';
import type { JSONRPCMessage, McpRequestContext, McpServing, ServerNotifier } from '../sdk.ts';
import { serverFor } from '../server.ts';
import type { Served } from '../served.ts';
import { followChanges } from '../subscriptions/follow-changes.ts';
import { cutToReadable } from '../subscriptions/listening-wire.ts';
import type { Tool } from '../tool.ts';

/** What is passed on of whoever sends a request: nothing else of theirs reaches the service. */
export interface CallerHeaders {
  /** Always there, so that nobody is taken for somebody who needs none. */
  readonly authorization: string;
}

/** What is served over HTTP, where, and to whom. */
export interface HttpWorld {
  readonly host: string;
  readonly port: number;
  /** As clients spell it, without a path; null: they come straight here. */
  readonly publicUrl: string | null;
  readonly version: string;
  /** Those that the operator left. */
  readonly tools: readonly Tool[];
  /** The way to the service for one caller. */
  readonly doorOf: (headers: CallerHeaders) => Door;
  readonly now: () => number;
  /** Is told of defects; never of a token. */
  readonly tell: (error: Error) => void;
}

/** What is served by it: how it is served does not depend on that. */
export interface HttpContent {
  /** Makes the server for one caller: one for each request, or for each session of a client of 2025. */
  serverOf(served: Served, context: McpRequestContext): McpServing;
  /** A request for a stream, without what the caller may not read. @throws {DoorError} */
  cut<Message extends JSONRPCMessage>(served: Served, listen: Message, signal: AbortSignal): Promise<Message>;
  /** Tells a stream what happens, until it may be followed no more. */
  follow(served: Served, uris: ReadonlySet<string>, tell: ServerNotifier, signal: AbortSignal): Promise<void>;
}

/** What we serve. */
export const CONTENT: HttpContent = {
  serverOf: (served) => serverFor(served),
  cut: cutToReadable,
  follow: async (served, uris, tell, signal) =>
    await followChanges(served, uris, (uri) => tell.resourceUpdated(uri), signal),
};
