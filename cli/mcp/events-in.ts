/** One event as a stream of the service carries it. */
export interface CarriedEvent {
  /** `message` is one of what is followed; `end`: nothing comes any more; `error`: why not. */
  readonly kind: string;
  readonly id: string | null;
  readonly data: string;
}

/** Of one event; the service tells nothing that long. */
const MOST_CHARACTERS = 4_000_000;

/** The events in `text/event-stream`, each when it is whole. @throws {RangeError} for one that does not end. */
export async function* eventsIn(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<CarriedEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    rest += decoder.decode(chunk, { stream: true });
    for (let end = rest.indexOf('\n\n'); end !== -1; end = rest.indexOf('\n\n')) {
      const event = eventIn(rest.slice(0, end));
      rest = rest.slice(end + 2);
      if (event !== null) yield event;
    }
    if (rest.length > MOST_CHARACTERS) throw new RangeError('an event that does not end');
  }
}

/** Null: a sign of life, or how long to wait. */
function eventIn(text: string): CarriedEvent | null {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name !== '') fields.set(name, value);
  }
  const data = fields.get('data');
  return data === undefined ? null : { kind: fields.get('event') ?? 'message', id: fields.get('id') ?? null, data };
}
