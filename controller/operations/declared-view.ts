import { Failure } from '#failure';
import { nearestName, SECTION_NAMES } from '#schemas';
import type { Provenance } from '../desired/explain.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { OperationContext } from './context.ts';
import { deviceIn, missingDevice } from './known-device.ts';

/** What is declared of a device, and where. */
export interface DeclaredView {
  readonly now: Instant;
  readonly device: DeviceName;
  readonly revision: string | null;
  /** In the order of the sections; of secrets their names. */
  readonly values: readonly Provenance[];
  /** How many there are; `values` has the first. */
  readonly total: number;
}

/** What is declared of a device, and where. @throws {Failure} `NotFound`, `NoRevision`, `BadRequest` */
export async function declaredView(
  { fleet, clock, ...context }: Pick<OperationContext, 'fleet' | 'clock' | 'explain'>,
  {
    device,
    section,
    limit,
  }: { readonly device: DeviceName; readonly section?: string | undefined; readonly limit: number },
): Promise<DeclaredView> {
  if (!deviceIn(fleet, device)) throw missingDevice(device, fleet.devices(), fleet);
  const named = section === undefined ? null : SECTION_NAMES.find((name) => name === section);
  if (named === undefined) throw noSection(section ?? '');
  const explained = await context.explain({ device, section: named, limit });
  return { now: clock.now(), device, revision: fleet.revision, ...explained };
}

function noSection(wanted: string): Failure {
  const nearest = nearestName(wanted, SECTION_NAMES);
  const hint = nearest === undefined ? `Sections are ${SECTION_NAMES.join(', ')}.` : `Did you mean ${nearest}?`;
  return new Failure('BadRequest', `section ${JSON.stringify(wanted)} is not known. ${hint}`, { field: 'section' });
}
