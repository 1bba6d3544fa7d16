import { ProtocolError, ProtocolErrorCode, ResourceNotFoundError, type Server } from '../sdk.ts';
import type { Served } from '../served.ts';
import { followChanges } from './follow-changes.ts';
import { MOST_URIS, readableUris } from './watched.ts';

/** Subscriptions of clients of 2025, which last as long as their connection. */
export function addSubscriptions(server: Server, served: Served): void {
  const uris = new Set<string>();
  let following: AbortController | null = null;
  function stop(): void {
    following?.abort();
    following = null;
    uris.clear();
  }
  function follow(): void {
    if (following !== null) return;
    const mine = new AbortController();
    following = mine;
    const tell = (uri: string): void => void server.sendResourceUpdated({ uri }).catch(stop);
    // Where it ends the client reads on, and is told there why it may not.
    const ended = (): void => void (following === mine && stop());
    followChanges(served, uris, tell, mine.signal).then(ended, ended);
  }
  Object.assign(server, { onclose: stop });
  server.setRequestHandler('resources/subscribe', async ({ params: { uri } }, { mcpReq }) => {
    if (uris.size >= MOST_URIS && !uris.has(uri))
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There are ${MOST_URIS} subscriptions: end one first.`);
    if ((await readableUris(served, [uri], mcpReq.signal)).length === 0) throw new ResourceNotFoundError(uri);
    uris.add(uri);
    follow();
    return {};
  });
  server.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
    uris.delete(uri);
    if (uris.size === 0) stop();
    return {};
  });
}
