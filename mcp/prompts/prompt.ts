import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Known } from '../resources/resource.ts';

/** One argument of a prompt: of a kind that is known, or one of some words. */
export type PromptArgument = {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** What stands there where nothing is given: words of ours. */
  readonly otherwise?: string;
} & ({ readonly complete: Known } | { readonly values: readonly string[] });

/** A way to go about something, as a file beside this one has it. */
export interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  /** Tools without which it leads nowhere; what needs others may be left out. */
  readonly needs: readonly string[];
  /** With `{{name}}` where an argument stands, and names of tools in backticks. */
  readonly text: string;
}

/** Every prompt there is, by name: the files of this folder, read when this process starts. */
export const PROMPTS: readonly Prompt[] = Object.freeze(
  readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .map((file) => parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as Prompt),
);

/** The tools that a prompt tells to use. */
export function toolsIn({ text }: Prompt): readonly string[] {
  return [...new Set([...text.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, name = '']) => name))];
}
