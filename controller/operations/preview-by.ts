import type { ChangeIntent, ChangeScope } from '../edits/intent.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Observed } from '../observed/observed.ts';
import type { Clock, Readers } from '../ports.ts';
import { previewChange } from '../proposals/preview-change.ts';
import { readLacking } from '../proposals/read-lacking.ts';
import type { LeaderOrder } from '../records/orders.ts';
import type { Leader } from '../visits/lead.ts';
import type { ChangePreviewView } from './change-preview-view.ts';
import { previewView } from './proposal-views.ts';

/** What a preview is asked of. */
export interface PreviewedFleet {
  readonly fleet: Fleet;
  readonly observed: Pick<Observed, 'visitOf'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly readers: Readers;
}

const LONGEST_READING_MS = 40_000;

/** A preview by the leader, which alone knows what routers held last. @throws {Failure} as previewChange and previewView */
export async function previewBy(
  leader: Pick<Leader, 'planOn'>,
  { fleet, observed, clock, readers }: PreviewedFleet,
  wanted: Extract<LeaderOrder, { readonly kind: 'preview' }>,
): Promise<ChangePreviewView> {
  const intent = JSON.parse(wanted.intent) as ChangeIntent;
  const scope = JSON.parse(wanted.scope) as ChangeScope;
  // As long as an order waits for it (visits/orders.ts).
  const patience = AbortSignal.timeout(LONGEST_READING_MS);
  const previewed = await previewChange(
    {
      fleet,
      planOn: (target, more) => leader.planOn(target, more),
      readLacking: (device, menus) => readLacking(readers, device, menus, patience),
    },
    intent,
    scope,
  );
  const isOffline = (device: string): boolean => observed.visitOf(device)?.outcome.kind === 'Deferred';
  return previewView(previewed, intent.section, clock.now(), isOffline);
}
