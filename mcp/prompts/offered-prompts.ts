import { offeredTools } from '../offered-tools.ts';
import type { Served } from '../served.ts';
import { type Prompt, PROMPTS, toolsIn } from './prompt.ts';

/** Those all of whose tools the caller may use. */
export async function offeredPrompts(served: Served, signal: AbortSignal): Promise<readonly Prompt[]> {
  const offered = new Set((await offeredTools(served, signal)).map(({ name }) => name));
  return PROMPTS.filter((prompt) => toolsIn(prompt).every((name) => offered.has(name)));
}
