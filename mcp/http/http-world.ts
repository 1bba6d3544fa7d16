import type { Door } from '../door.ts';
import type { McpRequestContext, McpServing } from '../sdk.ts';
import type { Served } from '../served.ts';
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
  /** Makes the server for one caller: one for each request, or for each session of a client of 2025. */
  readonly serverOf: (served: Served, context: McpRequestContext) => McpServing;
  readonly now: () => number;
  /** Is told of defects; never of a token. */
  readonly tell: (error: Error) => void;
}
