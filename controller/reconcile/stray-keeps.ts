import { Failure } from '#failure';
import { menuOf, type MenuPath } from '#routeros';
import { readArmedObjects } from '../apply/arm.ts';
import { readKeeps } from '../apply/keeps.ts';
import { type KeepRow, keepsAmong } from '../device/keep-row.ts';
import type { ReadState } from '../device/live.ts';
import { record } from '../events.ts';
import type { Outcome } from '../observed/outcome.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import type { DeviceRecord } from '../records/devices.ts';
import type { PassContext } from './pass-context.ts';

/**
 * Takes copies of rows off the router that no undo waits for any more: they hold an old secret, and else stand in the
 * way of the next rotation. Only those of attempts that are known to have ended well: the copy of another may be all
 * that is left of the old secret, so a person must look. As any other write it waits for the end of a freeze, is made
 * by who leads, and is on record before. Asked after the device's open attempt was settled. null: nobody has to look.
 * @param read what the pass has read; menus that only the base has are asked for besides.
 */
export async function removeStrayKeeps(
  pass: PassContext,
  base: Pick<DeviceRecord, 'base'> | null,
  read: ReadState,
): Promise<(Outcome & { readonly kind: 'Stalled' }) | null> {
  const { session, ports, target, signal } = pass;
  const once = Object.keys(base?.base?.menus ?? {}) as MenuPath[];
  const unread = once.filter((menu) => read.menus[menu] === undefined && menuOf(menu).copiesSecrets === true);
  const held = await readKeeps(session, unread, signal);
  const found = [...(read.keeps ?? []), ...held.flatMap((row) => keepsAmong(row.menu, [row]))];
  if (found.length === 0) return null;
  const { scripts, schedulers, jobs } = await readArmedObjects(session, signal);
  const armed = [...scripts, ...schedulers, ...jobs];
  const left: KeepRow[] = [];
  for (const keep of found) {
    const attempt = await ports.store.attempts.named(target.name, keep.plan, keep.number);
    if (!hasEndedWell(attempt)) left.push(keep);
    else if (!armed.some((name) => name.startsWith(`${keep.owner}-`))) await removeKeep(pass, keep, attempt);
  }
  if (left.length === 0) return null;
  const objects = left.map(({ menu, name }) => `${menu} ${name}`);
  return { kind: 'Stalled', reasons: [{ code: 'ForeignUndo', objects, stage: 'copies' }] };
}

/** Then the row that was copied holds what it should, and nobody needs the copy. */
function hasEndedWell(attempt: AttemptRecord | null): attempt is AttemptRecord {
  return attempt !== null && (attempt.end === 'confirmed' || attempt.end === 'undone' || attempt.end === 'closed');
}

async function removeKeep(
  { session, ports, target, signal }: PassContext,
  { menu, id, name }: KeepRow,
  { id: attempt, planId, number, correlationId }: AttemptRecord,
): Promise<void> {
  const at = ports.clock.now();
  const mayGo = await ports.store.transaction(async (records) => {
    ports.mustLead();
    const [newest] = await records.attempts.list(target.name, 1);
    const isSettled = newest !== undefined && newest.end !== null && newest.end !== 'stalled';
    if (!isSettled || (await records.freeze.get()) !== null) return false;
    const detail = { attempt, planId, number, menu, row: name };
    await record(
      records,
      { action: 'copy.removing', device: target.name, detail },
      { actor: 'controller', at, correlationId },
    );
    return true;
  });
  if (!mayGo) return;
  try {
    await session.remove(menu, id, signal);
    ports.log.info({ device: target.name, menu, row: name }, 'stray copy of a row removed');
  } catch (error) {
    // What the router keeps is named before the next change of that menu.
    if (!(error instanceof Failure) || error.effect !== 'none') throw error;
  }
}
