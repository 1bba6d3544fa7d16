import { type JSONRPCMessage, SUBSCRIPTION_ID_META_KEY, type Transport } from '../sdk.ts';
import type { Served } from '../served.ts';
import { followChanges } from './follow-changes.ts';
import { readableUris } from './watched.ts';

type Id = string | number;

/**
 * The wire to one client, on which `subscriptions/listen` asks only for what the client may read, and is told of it: the
 * SDK authorises nothing and follows nothing.
 */
export function listeningWire(wire: Transport, served: Served): Transport {
  const open = new Map<Id, AbortController>();
  const listening: Transport = {
    async start() {
      Object.assign(wire, {
        onmessage: (message: JSONRPCMessage) => void receive(message),
        onclose() {
          for (const each of open.values()) each.abort();
          listening.onclose?.();
        },
        onerror: (error: Error) => listening.onerror?.(error),
      });
      await wire.start();
    },
    async send(message, options) {
      await wire.send(message, options);
      const { id, uris } = acknowledgedIn(message);
      if (id !== undefined) void follow(id, uris);
    },
    close: async () => await wire.close(),
  };

  async function receive(message: JSONRPCMessage): Promise<void> {
    if (!('method' in message)) return listening.onmessage?.(message);
    const { method, params } = message;
    if (method === 'notifications/cancelled') open.get(params?.['requestId'] as Id)?.abort();
    if (!('id' in message) || method !== 'subscriptions/listen') return listening.onmessage?.(message);
    const mine = new AbortController();
    open.set(message.id, mine);
    try {
      const cut = await cutToReadable(served, message, mine.signal);
      if (!mine.signal.aborted) listening.onmessage?.(cut);
    } catch (error) {
      open.delete(message.id);
      const failure = { code: -32_603, message: error instanceof Error ? error.message : String(error) };
      await wire.send({ jsonrpc: '2.0', id: message.id, error: failure }).catch(() => {});
    }
  }

  async function follow(id: Id, uris: readonly string[]): Promise<void> {
    const { signal } = open.get(id) ?? new AbortController();
    const _meta = { [SUBSCRIPTION_ID_META_KEY]: id };
    const tell = (uri: string): void =>
      void wire
        .send({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri, _meta } })
        .catch(() => open.get(id)?.abort());
    await followChanges(served, new Set(uris), tell, signal).catch(() => {});
    open.delete(id);
    if (signal.aborted) return;
    listening.onmessage?.({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
    await wire.send({ jsonrpc: '2.0', id, result: { resultType: 'complete', _meta } }).catch(() => {});
  }
  return listening;
}

/** A request for a stream without the URIs that the caller may not read; anything else as it is. */
export async function cutToReadable<Message extends JSONRPCMessage>(
  served: Served,
  message: Message,
  signal: AbortSignal,
): Promise<Message> {
  const params = 'params' in message ? message.params : undefined;
  const wanted = params?.['notifications'] as { readonly resourceSubscriptions?: unknown } | undefined;
  const asked = wanted?.resourceSubscriptions;
  if (!Array.isArray(asked) || !asked.every((each) => typeof each === 'string')) return message;
  const resourceSubscriptions = await readableUris(served, asked, signal);
  return { ...message, params: { ...params, notifications: { ...wanted, resourceSubscriptions } } };
}

/** What the SDK said that a stream is about. */
function acknowledgedIn(message: JSONRPCMessage): { readonly id?: Id; readonly uris: readonly string[] } {
  if (!('method' in message) || message.method !== 'notifications/subscriptions/acknowledged') return { uris: [] };
  const { _meta: meta, notifications } = (message.params ?? {}) as {
    readonly _meta?: Readonly<Record<string, Id>>;
    readonly notifications?: { readonly resourceSubscriptions?: readonly string[] };
  };
  const id = meta?.[SUBSCRIPTION_ID_META_KEY];
  return { ...(id === undefined ? {} : { id }), uris: notifications?.resourceSubscriptions ?? [] };
}
