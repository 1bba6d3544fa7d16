import type { CallToolResult } from './sdk.ts';

/** How one call of a tool went. */
export interface CallNote {
  /** As the caller spelt it. */
  readonly tool: string;
  /** `error`: the tool says what went wrong; `refused`: there is no such tool, or it has a defect. */
  readonly outcome: 'ok' | 'error' | 'cancelled' | 'refused';
  /** Of the whole result. */
  readonly bytes: number;
  readonly seconds: number;
}

/** Has a call done and tells how it went. */
export async function noted(
  tool: string,
  call: () => Promise<CallToolResult>,
  note: ((note: CallNote) => void) | undefined,
  signal: AbortSignal,
): Promise<CallToolResult> {
  if (note === undefined) return await call();
  const started = performance.now();
  const told = (outcome: CallNote['outcome'], bytes: number): void =>
    note({
      tool,
      outcome: signal.aborted ? 'cancelled' : outcome,
      bytes,
      seconds: (performance.now() - started) / 1000,
    });
  try {
    const result = await call();
    told(result.isError === true ? 'error' : 'ok', Buffer.byteLength(JSON.stringify(result)));
    return result;
  } catch (error) {
    told('refused', 0);
    throw error;
  }
}
