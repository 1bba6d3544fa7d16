import { undoFiresAt } from '../policy/undo-time.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { AttemptRecords, AttemptStep } from '../records/attempts.ts';

/** A device whose change is under way. */
export interface UnderWay {
  readonly device: DeviceName;
  /** The last step on record; null: none was taken yet. */
  readonly step: AttemptStep | null;
  readonly since: Instant;
  /** When the router takes the change back by itself, unless it is confirmed before. */
  readonly undoAt: Instant;
}

/** The changes under way among these devices. */
export async function underWayOf(
  { attempts }: { readonly attempts: Pick<AttemptRecords, 'listOpen' | 'openOf'> },
  devices: readonly DeviceName[],
): Promise<readonly UnderWay[]> {
  const open = await Promise.all((await attempts.listOpen(devices)).map(({ device }) => attempts.openOf(device)));
  return open
    .filter((attempt) => attempt !== null)
    .map((attempt) => {
      const last = attempt.steps.at(-1);
      const { device, openedAt } = attempt;
      return { device, step: last?.step ?? null, since: last?.at ?? openedAt, undoAt: undoFiresAt(attempt) };
    });
}
