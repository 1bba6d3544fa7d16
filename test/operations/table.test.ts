import { describe, expect, it } from 'vitest';
import { checkedInput } from '../../controller/operations/check-input.ts';
import { type Door, operationsAt } from '../../controller/operations/at-door.ts';
import type { Operation } from '../../controller/operations/operation.ts';
import { OPERATIONS, type OperationName } from '../../controller/operations/table.ts';
import { askedIn, requestOf } from '../../controller/operations/wire.ts';

const ALL = Object.entries(OPERATIONS) as readonly (readonly [OperationName, Operation])[];

const SAMPLES = [`7:${'0'.repeat(64)}`, '2026-11-30T22:00:00.5Z'];

/** A value that each kind of field takes. */
function sampleOf(schema: Operation['input']['properties'][string]): unknown {
  switch (schema.type) {
    case 'string':
      return (
        schema.enum?.[0] ?? [...SAMPLES, 'ä/b c?d=%e&f#'].find((text) => new RegExp(schema.pattern ?? 'c.d').test(text))
      );
    case 'integer':
      return schema.maximum;
    case 'boolean':
      return true;
    case 'array':
      return ['r1', 'r 2'];
    case 'object':
      return { config: 'fleet' };
    case undefined:
      return [{ name: 'a' }];
  }
}

describe('the table of operations', () => {
  it.each(ALL)('%s is told over HTTP, found again, and its input taken as it was given', (name, operation) => {
    const given = Object.fromEntries(
      Object.entries(operation.input.properties).map(([field, schema]) => [
        field,
        operation.path.endsWith(`:${field}*`) ? '/ä b/c?d' : sampleOf(schema),
      ]),
    );
    const asked = askedIn(JSON.parse(JSON.stringify(requestOf(name, given))) as ReturnType<typeof requestOf>);
    expect(asked).toEqual({ name, input: given });
    expect(checkedInput(name, given)).toEqual(given);
  });

  it('has no two operations with the same method and path', () => {
    const routes = ALL.map(([, { method, path }]) => `${method} ${path.replaceAll(/:\w+\*?/g, ':')}`);
    expect(new Set(routes).size).toBe(routes.length);
  });

  it.each(ALL)('%s names only fields that it has', (_, { path, needs, input }) => {
    const named = [...[...path.matchAll(/:(\w+)/g)].map(([, field]) => field ?? ''), ...input.required];
    expect(Object.keys(input.properties)).toEqual(
      expect.arrayContaining([...named, ...(needs.device ? [needs.device] : [])]),
    );
  });

  it('has no route through a door for what nobody may do there', () => {
    const permissionsAt = (door: Door): ReadonlySet<string | null> =>
      new Set(operationsAt(door).map((name) => OPERATIONS[name].needs.permission));
    const all = new Set(ALL.map(([, { needs }]) => needs.permission));
    expect(permissionsAt('control')).toEqual(all);
    expect(all.difference(permissionsAt('http'))).toEqual(new Set(['trust', 'revocations', 'credentials']));
    expect(all.difference(permissionsAt('mcp'))).toEqual(
      new Set(['trust', 'revocations', 'credentials', 'fleet.steer', 'rollouts.act', 'plans.retry', 'freeze']),
    );
  });

  it('does not know a path or a method beside it', () => {
    for (const [method, path] of [
      ['GET', '/v1/nothing'],
      ['GET', '/v2/status'],
      ['GET', '/v1/status/r1'],
      ['GET', '/v1/plans/r1/more'],
      ['POST', '/v1/status'],
      ['get', '/v1/status'],
    ] as const)
      expect(askedIn({ method, path, body: null })).toBeNull();
  });

  it('takes a name that can not be decoded as it stands', () => {
    expect(askedIn({ method: 'GET', path: '/v1/plans/%E0%A4%A', body: null })?.input).toEqual({ plan: '%E0%A4%A' });
  });
});

describe('an input', () => {
  it('gets what has a default, and loses what the operation does not have', () => {
    expect(checkedInput('rollouts', { more: 1 })).toEqual({ limit: 50 });
    expect(checkedInput('history', { device: 'r1', limit: 7 })).toEqual({ device: 'r1', limit: 7 });
    expect(checkedInput('drift', { device: null })).toEqual({});
  });

  it.each([
    ['freeze', {}, 'The field reason is missing.'],
    ['freeze', { reason: '' }, 'The field reason is missing.'],
    ['freeze', { reason: 7 }, 'reason must be text.'],
    ['rollouts', { limit: 0 }, 'limit must be a whole number from 1 to 10000.'],
    ['rollouts', { limit: 10_001 }, 'limit must be a whole number from 1 to 10000.'],
    ['rollouts', { limit: '7 ' }, 'limit must be a whole number from 1 to 10000.'],
    ['rollouts', { limit: 1.5 }, 'limit must be a whole number from 1 to 10000.'],
    ['audit', { kept: 'yesterday' }, 'kept must be a mark of the audit chain, NUMBER:HASH.'],
    ['reconcile', { devices: 'r1' }, 'devices must be a list of at most 10000 names.'],
    ['reconcile', { devices: [1] }, 'devices must be a list of at most 10000 names.'],
    ['actOnRollout', { rollout: 'ro', action: 'dance' }, 'action must be pause, resume, skip, abort or rollback.'],
    ['actOnRollout', { rollout: 'ro', action: 'skip', wave: 'yes' }, 'wave must be true or false.'],
  ] as const)('%s %j is refused: %s', (name, given, message) => {
    expect(() => checkedInput(name, given)).toThrow(expect.objectContaining({ code: 'BadRequest', message }));
  });
});
