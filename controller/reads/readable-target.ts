import { Failure } from '#failure';
import type { Fleet } from '../fleet/fleet.ts';
import type { Target } from '../fleet/target.ts';
import type { DeviceName } from '../ports.ts';

/** What is asked of the fleet before one of its devices is read. */
export type ReadableFleet = Pick<Fleet, 'targetOf' | 'incomingTargetOf' | 'incoming'>;

/**
 * The device as it is in force, if it may be read. One that is suspended is left alone, and so is one that a waiting
 * control plan brings, removes, suspends or reaches in another way: nobody has agreed yet where its router is.
 * @throws {Failure} `NotFound`, `DeviceSuspended`
 */
export function readableTarget(fleet: ReadableFleet, device: DeviceName): Target {
  const target = fleet.targetOf(device);
  const next = fleet.incoming === null ? target : fleet.incomingTargetOf(device);
  if (target === null && next === null) throw new Failure('NotFound', `There is no device ${JSON.stringify(device)}.`);
  if (target?.suspended === true) throw suspended(device, 'spec.suspend is set');
  if (target === null || next === null || next.suspended || !isReachedAlike(target, next))
    throw suspended(device, 'a control plan that waits for approval changes how it is reached');
  return target;
}

/** Whether the same router is meant, and reached in the same way. */
export function isReachedAlike(one: Target, other: Target): boolean {
  return (
    one.address.href === other.address.href &&
    one.credential === other.credential &&
    one.serial === other.serial &&
    one.tls.mode === other.tls.mode &&
    one.tls.fingerprint === other.tls.fingerprint
  );
}

function suspended(device: DeviceName, why: string): Failure {
  return new Failure('DeviceSuspended', `${device} is not read live: ${why}.`);
}
