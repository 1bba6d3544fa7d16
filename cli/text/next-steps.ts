import { type DeviceView, reasonKindOf } from '#controller';

/** What a person can do: the one command that does it, and the words around it. */
export interface NextStep {
  /** A whole command line; null: no command does it. */
  readonly command: string | null;
  /** Empty: the command says it all. */
  readonly words: string;
}

/**
 * What a person can do about a reason of these devices; undefined where the reason's own message says it, as it does
 * for a device that cannot be reached.
 */
export function nextStep(
  reason: string,
  devices: readonly string[],
  instead?: DeviceView['instead'],
): NextStep | undefined {
  const kind = reasonKindOf(reason);
  if (kind?.next === undefined || kind.next === null) return undefined;
  // One yes to all of them is enough, unless each has to be agreed to by itself.
  const together = devices.length > 1 && !kind.approveAlone;
  const text = together ? kind.next.replaceAll('`rosctl approve DEVICE`', '`rosctl approve`') : kind.next;
  return stepIn(withoutApproval(text, instead).replaceAll('DEVICE', devices[0] ?? 'DEVICE'));
}

/** What is left of a step where no approval helps. */
function withoutApproval(text: string, instead: DeviceView['instead']): string {
  if (instead === undefined || !text.includes('`rosctl approve')) return text;
  if (instead === 'retry') return '`rosctl plans retry DEVICE`; before that, read what failed: `rosctl history DEVICE`';
  const left = text.split(/; (?:or )?|, or |, (?=have )/).filter((part) => !/approve|plans retry/.test(part));
  return [...left, NO_APPROVAL[instead]].join('; ');
}

const NO_APPROVAL = {
  folder: 'follow a Git repository: where the source is a folder, nobody can approve anything',
  nobody: 'nobody can approve it as things stand; do what the message says',
} as const;

/** Takes apart a text with commands between backticks: the first is the one, unless there is nothing to do. */
function stepIn(text: string): NextStep {
  const [, before = '', command = '', after = ''] = /^([^`]*)`(rosctl [^`]+)`(.*)$/s.exec(text) ?? [];
  if (command === '' || PLACEHOLDER.test(command) || /^nothing\b/.test(text))
    return { command: null, words: text.replaceAll('`', '') };
  const words = [before.replace(/[:,]? *$/, ''), after.replace(/^[;,:]? */, '')].filter((part) => part !== '');
  return { command, words: words.join('; ').replaceAll('`', '') };
}

/** Something that only the reader knows. */
const PLACEHOLDER = / [A-Z]{2,}\b/;

/** The lines that end a paragraph: the command alone on its line, so that it can be copied. */
export function stepLines({ command, words }: NextStep): readonly string[] {
  if (command === null) return [`next: ${words}`];
  return [`next: ${command}`, ...(words === '' ? [] : [`      ${words}`])];
}
