import type { Plan } from '#differ';
import { menuOf } from '#routeros';

/** Of the interfaces that run, by name, those that are to run once a plan is written: not what it removes or disables. */
export function stillRunning({ changes }: Pick<Plan, 'changes'>, running: readonly string[]): readonly string[] {
  const stopped = new Set(
    changes.flatMap((change) => {
      const { path, listedIn } = menuOf(change.menu);
      if ((listedIn ?? path) !== '/interface') return [];
      const stops = change.kind === 'remove' || (change.kind === 'set' && change.fields['disabled'] === 'true');
      return stops ? (change.match?.['name'] ?? []) : [];
    }),
  );
  return running.filter((name) => !stopped.has(name));
}
