import { Failure } from '#failure';
import type { Principal } from '../access/principal.ts';
import { type ControllerEvent, record } from '../events.ts';
import type { DeviceName, Instant } from '../ports.ts';
import { askerOf } from './asker.ts';
import { checkedInput } from './check-input.ts';
import type { OperationContext } from './context.ts';
import type { Store } from '../records/store.ts';
import type { Operation } from './operation.ts';
import { mustBeAsked } from './run.ts';
import { type CheckedInput, OPERATIONS, type OperationName } from './table.ts';

/** What the audit of requests rests on. */
interface Ports extends Pick<OperationContext, 'clock' | 'accessLog'> {
  readonly store: Pick<Store, 'audit'>;
}

/** Does what is asked for so that the audit has it. */
export type Audited = <Name extends OperationName, T>(
  principal: Principal,
  name: Name,
  given: Readonly<Record<string, unknown>>,
  run: (input: CheckedInput<Name>) => Promise<T>,
) => Promise<T>;

/** Refusals of one principal in a minute that stand in the chain one by one: as many as the least of quotas. */
const REFUSALS_A_MINUTE = 120;
const MINUTE_MS = 60_000;

/**
 * What starts or changes something stands in the audit chain before it is done, and a refusal before the answer; while
 * the store takes no record it is not done. Reads, and requests that failed, are gathered.
 */
export function auditedBy({ store, clock, accessLog }: Ports): Audited {
  const mayRecord = refusalsBounded();

  async function told(principal: Principal, event: ControllerEvent): Promise<void> {
    await record(store, event, { ...askerOf(principal), at: clock.now() });
  }

  /** @returns false: it has to be gathered. */
  async function refused(principal: Principal, name: OperationName, given: Given, failure: Failure): Promise<boolean> {
    if (failure.code !== 'NotAllowed' || !mayRecord(principal.actor, clock.now())) return false;
    const detail = { operation: name, ...personOf(principal), reason: failure.message };
    const device = devicesIn(name, given).at(0) ?? null;
    return await told(principal, { action: 'operation.refused', device, detail }).then(
      () => true,
      () => false,
    );
  }

  return async (principal, name, given, run) => {
    const gather = (outcome: string): void => {
      const { actor, person } = principal;
      const device = devicesIn(name, given).at(0) ?? null;
      accessLog.note({ actor, ...(person === undefined ? {} : { person }), operation: name, device, outcome });
    };
    try {
      const input = checkedInput(name, given);
      mustBeAsked(name, principal, input);
      if (isAct(name)) await told(principal, askedEvent(name, principal, devicesIn(name, given)));
      const answer = await run(input);
      if (isRead(name)) gather('ok');
      return answer;
    } catch (error) {
      const failure = error instanceof Failure ? error : new Failure('Defect', String(error));
      if (!(await refused(principal, name, given, failure))) gather(failure.code);
      throw error;
    }
  };
}

type Given = Readonly<Record<string, unknown>>;

function personOf({ person }: Principal): Pick<Principal, 'person'> {
  return person === undefined ? {} : { person };
}

/** Of several devices none is the one that it is about. */
function askedEvent(operation: OperationName, principal: Principal, devices: readonly DeviceName[]): ControllerEvent {
  const distinct = [...new Set(devices)];
  const [device = null, ...others] = distinct;
  const several = { devices: distinct.slice(0, MOST_NAMED), count: distinct.length };
  const detail = { operation, ...personOf(principal), ...(others.length === 0 ? {} : several) };
  return { action: 'operation.asked', device: others.length === 0 ? device : null, detail };
}

/** A name that was asked for can be anything. */
const LONGEST_NAME = 200;
/** And there can be as many as fit into a request. */
const MOST_NAMED = 1000;

function devicesIn(name: OperationName, given: Given): readonly DeviceName[] {
  const { device }: Operation['needs'] = OPERATIONS[name].needs;
  const named = device === undefined ? [] : [given[device]].flat();
  return named
    .filter((each) => typeof each === 'string' && each !== '')
    .map((each) => String(each).slice(0, LONGEST_NAME));
}

function isAct(name: OperationName): boolean {
  const { method, audit }: Operation = OPERATIONS[name];
  return method !== 'GET' && audit === undefined;
}

function isRead(name: OperationName): boolean {
  const { method, audit }: Operation = OPERATIONS[name];
  return method === 'GET' || audit === 'read';
}

/** Whoever goes on asking for what they may not costs no record each: a chained one takes the only thread 5 ms. */
function refusalsBounded(): (actor: string, now: Instant) => boolean {
  let minute = 0;
  const counts = new Map<string, number>();
  return (actor, now) => {
    if (Math.floor(now / MINUTE_MS) !== minute) counts.clear();
    minute = Math.floor(now / MINUTE_MS);
    const count = (counts.get(actor) ?? 0) + 1;
    counts.set(actor, count);
    return count <= REFUSALS_A_MINUTE;
  };
}
