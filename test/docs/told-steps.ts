import { textOf } from './markdown.ts';

/** What a page has its reader do, or see, in the order of the page. */
export type ToldStep =
  /** A line of a fenced block of shell; a here-document is one line. */
  | { readonly kind: 'command'; readonly section: string; readonly line: string }
  /** A block of YAML, or of the text that a command prints. `about`: the words right before it. */
  | { readonly kind: 'yaml' | 'shown'; readonly section: string; readonly about: string; readonly text: string }
  /** In `FILE` replace `A` by `B`. */
  | {
      readonly kind: 'edit';
      readonly section: string;
      readonly file: string;
      readonly from: string;
      readonly to: string;
    }
  /** Ctrl-C ends what stays in the foreground. */
  | { readonly kind: 'interrupt'; readonly section: string };

const FENCE = /^```(\S*)\n([\s\S]*?)^```$/gm;
const EDIT = /\bIn `([^`]+)` replace `([^`]+)` by\s+`([^`]+)`/;

/** Every step of the page; those of a section that is left out are missing. */
export function toldSteps(page: string, leftOut: readonly string[] = []): readonly ToldStep[] {
  const text = textOf(page);
  const steps: ToldStep[] = [];
  let at = 0;
  let section = '';
  const prose = (words: string): void => {
    for (const paragraph of words.split('\n\n')) {
      section = /^#+ (.+)$/m.exec(paragraph)?.[1] ?? section;
      const [, file, from, to] = EDIT.exec(paragraph) ?? [];
      if (file !== undefined && from !== undefined && to !== undefined)
        steps.push({ kind: 'edit', section, file, from, to });
      if (/\bCtrl-C\s+ends\b/.test(paragraph)) steps.push({ kind: 'interrupt', section });
    }
  };
  for (const match of text.matchAll(FENCE)) {
    const [whole, language = '', body = ''] = match;
    const before = text.slice(at, match.index);
    prose(before);
    at = match.index + whole.length;
    const about = before.trim().split('\n\n').at(-1) ?? '';
    if (language === 'sh') for (const line of commandsIn(body)) steps.push({ kind: 'command', section, line });
    else if (language === 'yaml' || language === '')
      steps.push({ kind: language === 'yaml' ? 'yaml' : 'shown', section, about, text: body });
  }
  prose(text.slice(at));
  return steps.filter((step) => !leftOut.includes(step.section));
}

function commandsIn(body: string): readonly string[] {
  return [...body.matchAll(/^.*<<'(\w+)'\n[\s\S]*?^\1$|^.+$/gm)].map(([line]) => line);
}
