import type { ChangeIntent, ChangeScope } from '../edits/intent.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Observed } from '../observed/observed.ts';
import type { Clock } from '../ports.ts';
import { previewChange } from '../proposals/preview-change.ts';
import type { LeaderOrder } from '../records/orders.ts';
import type { Leader } from '../visits/lead.ts';
import type { ChangePreviewView } from './change-preview-view.ts';
import { previewView } from './proposal-views.ts';

/** What a preview is asked of. */
export interface PreviewedFleet {
  readonly fleet: Fleet;
  readonly observed: Pick<Observed, 'visitOf'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** A preview by the leader, which alone knows what routers held last. @throws {Failure} as previewChange and previewView */
export async function previewBy(
  leader: Pick<Leader, 'planOn'>,
  { fleet, observed, clock }: PreviewedFleet,
  wanted: Extract<LeaderOrder, { readonly kind: 'preview' }>,
): Promise<ChangePreviewView> {
  const intent = JSON.parse(wanted.intent) as ChangeIntent;
  const scope = JSON.parse(wanted.scope) as ChangeScope;
  const previewed = await previewChange({ fleet, planOn: (target) => leader.planOn(target) }, intent, scope);
  const isOffline = (device: string): boolean => observed.visitOf(device)?.outcome.kind === 'Deferred';
  return previewView(previewed, intent.section, clock.now(), isOffline);
}
