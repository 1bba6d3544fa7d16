import type { ToolCall, ToolProgress } from './tool.ts';

/** Five in a second at most: clients show them all. */
const APART_MS = 200;

/** Passes on what is further than before, and not more often than clients may be told. */
export function paced(tell: (step: ToolProgress) => void, now: () => number): ToolCall['progress'] {
  let last: { readonly progress: number; readonly at: number } | null = null;
  return (step) => {
    const at = now();
    if (last !== null && (step.progress <= last.progress || at - last.at < APART_MS)) return;
    last = { progress: step.progress, at };
    tell(step);
  };
}
