import { describe, expect, test } from 'vitest';
import type {
  DiagnosticRecord,
  DiagnosticRecords,
  DiagnosticRequest,
} from '../../../controller/records/diagnostics.ts';
import type { Place } from '../places.ts';
import { DAY, T0 } from '../samples.ts';
import { freshStore } from './subject.ts';

const LONG = 60_000;
const LIMITS = { starts: 10, since: T0 - 60_000, waiting: 8, waitingInAll: 64 };
const TRACE: DiagnosticRequest = { kind: 'traceroute', target: '192.0.2.1' };

function measuring(target: string): DiagnosticRequest {
  return { kind: 'bandwidth', target, direction: 'both', protocol: 'tcp', seconds: 10, megabits: 100 };
}

export function diagnosticsContract(place: Place): void {
  const subject = freshStore(place);
  const diagnostics = (): DiagnosticRecords => subject.store.diagnostics;

  async function add(id: string, more: Partial<DiagnosticRecord> = {}, milliseconds = LONG): Promise<unknown> {
    const asked = { id, device: 'r1', request: TRACE, actor: 'operator:\0a', askedAt: T0, holder: 'one', ...more };
    return await diagnostics().add(asked, LIMITS, milliseconds);
  }

  const begin = async (id: string, holder = 'one', running = 8): Promise<boolean> =>
    await diagnostics().begin(id, holder, running, T0 + 1);

  const states = async (...ids: readonly string[]): Promise<readonly (string | undefined)[]> =>
    await Promise.all(ids.map(async (id) => (await diagnostics().get(id))?.state));

  describe('a diagnostic', () => {
    test('is stored from the question to its end, with what came of it', async () => {
      expect(await diagnostics().get('dg-1')).toBeNull();
      expect(await add('dg-1')).toBeNull();
      const asked = {
        id: 'dg-1',
        device: 'r1',
        request: TRACE,
        actor: 'operator:\0a',
        askedAt: T0,
        startedAt: null,
        endedAt: null,
        state: 'queued',
        reason: null,
        steps: [],
        holder: 'one',
        cancelledBy: null,
      };
      expect(await diagnostics().get('dg-1')).toEqual(asked);
      expect(await begin('dg-1')).toBe(true);
      const steps = [{ kind: 'hops', hops: [{ address: null, milliseconds: null, status: '\ud800' }], reached: false }];
      expect(await diagnostics().keep('dg-1', 'one', steps as never)).toBe(true);
      const reason = { code: 'Timeout', message: 'no \0 answer' };
      expect(await diagnostics().end('dg-1', 'one', { state: 'failed', reason }, T0 + 9)).toBe(true);
      const ended = { startedAt: T0 + 1, endedAt: T0 + 9, state: 'failed', steps, reason };
      await subject.meddle('select 1');
      expect(await diagnostics().get('dg-1')).toEqual({ ...asked, ...ended });
    });

    test('is its holder’s alone, and nobody’s once it has ended', async () => {
      await add('dg-1');
      expect(await begin('dg-1', 'two')).toBe(false);
      await begin('dg-1');
      expect(await diagnostics().standing('dg-1', 'two')).toBeNull();
      expect(await diagnostics().keep('dg-1', 'two', [])).toBe(false);
      const done = { state: 'done', reason: null } as const;
      expect(await diagnostics().end('dg-1', 'two', done, T0)).toBe(false);
      expect(await diagnostics().standing('dg-1', 'one')).toEqual({ cancelledBy: null });
      expect(await diagnostics().end('dg-1', 'one', done, T0)).toBe(true);
      expect(await diagnostics().standing('dg-1', 'one')).toBeNull();
      expect(await diagnostics().keep('dg-1', 'one', [])).toBe(false);
      expect(await diagnostics().end('dg-1', 'one', done, T0)).toBe(false);
      expect(await diagnostics().cancel('dg-1', 'operator:b')).toBe(false);
    });

    test('that somebody wants to end does not begin, and says who it was first', async () => {
      await add('dg-1');
      expect(await diagnostics().cancel('dg-1', 'operator:b')).toBe(true);
      expect(await diagnostics().cancel('dg-1', 'operator:c')).toBe(false);
      expect(await begin('dg-1')).toBe(false);
      expect(await diagnostics().standing('dg-1', 'one')).toEqual({ cancelledBy: 'operator:b' });
    });

    test('goes when it is as old as rows are kept, also one that never ended', async () => {
      await add('dg-1');
      await begin('dg-1');
      await add('dg-2', { askedAt: T0 + DAY });
      expect(await subject.store.prune({ days: 30 }, T0 + 30 * DAY + 1)).toBe(1);
      expect(await states('dg-1', 'dg-2')).toEqual([undefined, 'queued']);
      expect(await begin('dg-2')).toBe(true);
    });
  });

  describe('the turn on a device', () => {
    test('is one diagnostic’s at a time, in the order in which they were asked for', async () => {
      for (const id of ['dg-1', 'dg-2', 'dg-3']) await add(id, { holder: id });
      await add('dg-4', { device: 'r2' });
      expect(await begin('dg-2', 'dg-2')).toBe(false);
      expect(await begin('dg-1', 'dg-1')).toBe(true);
      expect(await begin('dg-4')).toBe(true);
      expect(await begin('dg-2', 'dg-2')).toBe(false);
      await diagnostics().end('dg-1', 'dg-1', { state: 'done', reason: null }, T0);
      expect(await begin('dg-3', 'dg-3')).toBe(false);
      expect(await begin('dg-2', 'dg-2')).toBe(true);
      expect(await states('dg-1', 'dg-2', 'dg-3')).toEqual(['done', 'running', 'queued']);
    });

    test('is taken on both devices that a bandwidth test keeps busy', async () => {
      await add('dg-1', { request: measuring('r2') });
      await begin('dg-1');
      await add('dg-2', { device: 'r2' });
      await add('dg-3', { device: 'r3', request: measuring('r2') });
      await add('dg-4', { device: 'r3' });
      for (const id of ['dg-2', 'dg-3', 'dg-4']) expect(await begin(id)).toBe(false);
      await diagnostics().end('dg-1', 'one', { state: 'done', reason: null }, T0);
      expect(await begin('dg-3')).toBe(false);
      expect(await begin('dg-2')).toBe(true);
    });

    test('is nobody’s while as many run as may', async () => {
      for (const id of ['1', '2', '3']) await add(`dg-${id}`, { device: `r${id}` });
      expect(await begin('dg-1', 'one', 2)).toBe(true);
      expect(await begin('dg-2', 'one', 2)).toBe(true);
      expect(await begin('dg-3', 'one', 2)).toBe(false);
      await diagnostics().end('dg-1', 'one', { state: 'cancelled', reason: null }, T0);
      expect(await begin('dg-3', 'one', 2)).toBe(true);
    });

    test('of many that want it at once is given once', async () => {
      const ids = Array.from({ length: 8 }, (_, index) => `dg-${index}`);
      for (const id of ids) await add(id);
      const given = await Promise.all(ids.map((id) => begin(id)));
      expect(given.filter(Boolean)).toHaveLength(1);
    });
  });

  describe('how many may be asked for', () => {
    test('of one device is limited by the minute and by those that wait', async () => {
      const limits = { starts: 3, since: T0, waiting: 2, waitingInAll: 3 };
      const asked = (id: string, device: string, askedAt: number) =>
        diagnostics().add({ id, device, request: TRACE, actor: 'a', askedAt, holder: 'one' }, limits, LONG);
      expect(await asked('dg-1', 'r1', T0 + 1)).toBeNull();
      expect(await asked('dg-2', 'r1', T0)).toBeNull();
      expect(await asked('dg-3', 'r1', T0 + 1)).toBe('waiting');
      await begin('dg-1');
      expect(await asked('dg-3', 'r1', T0 + 1)).toBeNull();
      await diagnostics().end('dg-1', 'one', { state: 'done', reason: null }, T0 + 2);
      await begin('dg-2');
      expect(await asked('dg-4', 'r1', T0 + 3)).toBeNull();
      expect(await asked('dg-5', 'r1', T0 + 4)).toBe('starts');
      expect(await asked('dg-5', 'r2', T0 + 4)).toBeNull();
      expect(await asked('dg-6', 'r3', T0 + 4)).toBe('waitingInAll');
      expect(await diagnostics().get('dg-6')).toBeNull();
    });
  });

  describe('a controller that died', () => {
    test('leaves what it did to be lost with what it had, and its turn to the next', async () => {
      await add('dg-1', { holder: 'dead' });
      await begin('dg-1', 'dead');
      const steps = [{ kind: 'address', address: '192.0.2.1' }] as const;
      await diagnostics().keep('dg-1', 'dead', steps);
      await add('dg-2', { holder: 'dead' });
      await add('dg-3');
      await diagnostics().lose('one', T0 + 7, 'overdue');
      expect(await states('dg-1', 'dg-2')).toEqual(['running', 'queued']);
      await diagnostics().renew('dead', 0);
      expect(await begin('dg-3')).toBe(true);
      expect(await states('dg-1', 'dg-2', 'dg-3')).toEqual(['lost', 'lost', 'running']);
      expect(await diagnostics().get('dg-1')).toMatchObject({
        steps,
        endedAt: T0 + 1,
        reason: { code: 'DiagnosticLost' },
      });
      expect(await diagnostics().keep('dg-1', 'dead', [])).toBe(false);
    });

    test('had a lease that others see run out, and that renewing keeps', async () => {
      await add('dg-1', {}, 0);
      await diagnostics().renew('two', LONG);
      await diagnostics().renew('one', LONG);
      const look = async (): Promise<void> => await diagnostics().lose('two', T0, 'overdue');
      expect(await subject.writes(look)).toBe(false);
      expect(await states('dg-1')).toEqual(['queued']);
      await diagnostics().renew('one', 0);
      await look();
      expect(await states('dg-1')).toEqual(['lost']);
    });

    test('in a folder is followed by one that knows that it is alone', async () => {
      await add('dg-1', { holder: 'before' });
      await begin('dg-1', 'before');
      await add('dg-2', { device: 'r2' });
      await diagnostics().lose('one', T0 + 5, 'others');
      expect(await states('dg-1', 'dg-2')).toEqual(['lost', 'queued']);
      await add('dg-3');
      expect(await begin('dg-3')).toBe(true);
    });
  });
}
