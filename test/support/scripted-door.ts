import type { OperationName } from '#controller/operations';
import { type Door, DoorError, type DoorEvent } from '#mcp';

/** What a service answers, by operation; what is not there it does not have. */
export type Script = Partial<Readonly<Record<OperationName, (input: never) => unknown>>>;

/** A door behind which a script answers, and tells events that a test has happen. */
export interface ScriptedDoor extends Door {
  /** What was asked, in order. */
  readonly asked: string[];
  /** Streams that somebody follows. */
  readonly streams: Set<string>;
  /** Tells all who follow. */
  happen(data: unknown): void;
  /** Ends the streams, as a service does whose caller may no longer follow. */
  end(): void;
}

/** @param script answers, or throws what `refusal` makes. */
export function scriptedDoor(script: Script): ScriptedDoor {
  const asked: string[] = [];
  const followers = new Set<(event: unknown) => void>();
  const streams = new Set<string>();
  return {
    asked,
    streams,
    has: (name) => name in script,
    async ask(name, input) {
      asked.push(name);
      const answer = script[name];
      if (answer === undefined) throw refusal(404);
      return (await answer(input as never)) as never;
    },
    async *follow(name, _, signal): AsyncGenerator<DoorEvent<never>> {
      const queue: unknown[] = [{ kind: 'begins', at: 0 }];
      let wake = (): void => {};
      const hear = (event: unknown): void => {
        queue.push(event);
        wake();
      };
      followers.add(hear);
      streams.add(name);
      signal.addEventListener('abort', () => wake());
      try {
        for (;;) {
          const data = queue.shift();
          if (data === null || signal.aborted) return;
          if (data === undefined) await new Promise<void>((resolve) => (wake = resolve));
          else yield { id: null, data: data as never };
        }
      } finally {
        followers.delete(hear);
        if (followers.size === 0) streams.delete(name);
      }
    },
    happen(data) {
      for (const hear of followers) hear(data);
    },
    end() {
      for (const hear of followers) hear(null);
    },
  };
}

/** What the service says where it refuses. */
export function refusal(status: number, code = 'NotFound'): DoorError {
  const rest = { hint: '', retryable: false, retryAfterSeconds: null, correlationId: null, field: null };
  return new DoorError({ code, message: 'no', status, ...rest });
}

/** What somebody is told who may do this to these devices. */
export function meWith(permissions: readonly string[], devices: readonly string[], all = false): object {
  return { actor: 'test', until: null, may: [{ permissions, all, devices }] };
}
