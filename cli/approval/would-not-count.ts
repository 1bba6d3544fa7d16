import type { ApprovableView } from '#controller';
import { CommandError } from '../command-error.ts';
import { refusalsText } from './check-head.ts';

/** What is said instead of signing an approval that would not count: every reason, and what to do about each. */
export function wouldNotCount(obstacles: ApprovableView['obstacles']): CommandError {
  const steps = [...new Set(obstacles.map(({ next }) => next.replaceAll('`', '')))];
  return new CommandError(
    'failure',
    `an approval would not count, so none is made:\n${refusalsText(obstacles)}`,
    steps.join('\n  or: '),
  );
}
