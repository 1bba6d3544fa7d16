import { offeredTools } from '../offered-tools.ts';
import type { Served } from '../served.ts';
import { type Prompt, PROMPTS, toolsIn } from './prompt.ts';

/** A prompt for one caller. */
export interface OfferedPrompt extends Prompt {
  /** Tools that it names and that the caller may not use. */
  readonly without: readonly string[];
}

/** Those without whose tools the caller would get nowhere fall away. */
export async function offeredPrompts(served: Served, signal: AbortSignal): Promise<readonly OfferedPrompt[]> {
  const offered = new Set((await offeredTools(served, signal)).map(({ name }) => name));
  return PROMPTS.filter(({ needs }) => needs.every((name) => offered.has(name))).map((prompt) => ({
    ...prompt,
    without: toolsIn(prompt).filter((name) => !offered.has(name)),
  }));
}
