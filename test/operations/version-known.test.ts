import { describe, expect, it } from 'vitest';
import { Failure } from '#failure';
import { desiredOf, settings } from '#test/planning.ts';
import type { Outcome } from '../../controller/observed/outcome.ts';
import type { QueryContext } from '../../controller/operations/context.ts';
import { deviceViews, unknownsOf } from '../../controller/operations/device-views.ts';

const IN_SYNC: Outcome = { kind: 'InSync', extras: 0, frozen: [] };
const DEFERRED: Outcome = {
  kind: 'Deferred',
  failure: new Failure('Unreachable', 'r1 does not answer.'),
  readAt: null,
  preview: null,
};
const LACKS =
  'RouterOS 7.12.2 (stable) of r1 does not have /ip/dns vrf (RouterConfig fleet). Take it out for this device, or upgrade the router; until then it is held back.';

/** One device whose last visit was made under `revision`; `now` is in force. */
function knownOf(
  outcome: Outcome,
  revision: string,
  version: string | null = '7.12.2 (stable)',
  inForce = 'now',
): QueryContext {
  const desired = desiredOf({ '/ip/dns': settings({ vrf: 'mgmt' }) });
  const router = version === null ? null : { version, board: '' };
  return {
    clock: { now: () => 5 },
    store: {
      devices: { list: async () => [] },
      drift: { drifted: async () => [] },
      attempts: { listOpen: async () => [] },
    },
    fleet: {
      revision: inForce,
      fault: null,
      devices: () => ['r1'],
      specOf: () => ({ environment: 'lab' }),
      targetOf: () => ({ desired, address: new URL('http://192.0.2.1') }),
      visitOf: () => ({ outcome, revision, at: 3, nextAt: 9, router }),
      sourceStatus: () => null,
    },
  } as unknown as QueryContext;
}

describe('what a new revision asks of a version that lacks it', () => {
  it('is an error before the device is visited, for all who ask', async () => {
    const known = knownOf(IN_SYNC, 'before');
    expect(await deviceViews(known)).toMatchObject([
      { name: 'r1', ready: 'False', reconciling: true, reason: 'FieldNotOnVersion', message: LACKS, readAt: null },
    ]);
    expect(unknownsOf(known).unread).toEqual([{ device: 'r1', reason: 'FieldNotOnVersion', message: LACKS }]);
  });

  it('is told besides why a device does not answer', async () => {
    const [view] = await deviceViews(knownOf(DEFERRED, 'now'));
    expect(view).toMatchObject({ reason: 'Unreachable', message: expect.stringMatching(/^r1 does not answer\. /) });
    expect(view?.message.endsWith(` ${LACKS}`)).toBe(true);
  });

  it('is left to what a visit of the revision found', async () => {
    expect(await deviceViews(knownOf(IN_SYNC, 'now'))).toMatchObject([{ reason: 'InSync' }]);
  });

  it.each([
    ['has it', '7.22'],
    ['was never told', null],
    ['can not be read', 'unknown'],
  ])('is nothing where the version %s', async (_, version) => {
    expect(await deviceViews(knownOf(IN_SYNC, 'before', version))).toMatchObject([{ reason: 'NotVisitedYet' }]);
  });
});

it('a device that nobody visited since a commit came into force says which commit that is', async () => {
  const [folder] = await deviceViews(knownOf(IN_SYNC, 'before', '7.22'));
  expect(folder?.message).toBe('It was not visited since what the source says now came into force.');
  const [git] = await deviceViews(knownOf(IN_SYNC, 'before', '7.22', '7d3ec92ef1e5'.padEnd(40, '0')));
  expect(git?.message).toBe('It was not visited since commit 7d3ec92ef1e5 came into force.');
});
