import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Door } from '#mcp';
import { callTool, doorOf } from '#test/mcp-rig.ts';
import { labFleet, outcomeOf, PASSWORD, READABLE_LAB, readableSeed, READER, type Rig, startRig } from '#test/rig.ts';

let rig: Rig;
let door: Door;
let before: string;
const signal = AbortSignal.timeout(120_000);
beforeAll(async () => {
  rig = await startRig(
    (router) => labFleet(router, 'dns: {servers: [192.0.2.1]}'),
    [readableSeed('r1')],
    () => ({
      credentials: READABLE_LAB,
      environment: {
        RIG_PASSWORD: PASSWORD,
        RIG_READ_PASSWORD: READER.user.password,
      },
    }),
  );
  await outcomeOf(rig, 'r1', 'InSync', 90);
  door = doorOf(rig);
  const { at } = await door.ask('takeSnapshot', { device: 'r1' }, signal);
  before = new Date(at).toISOString();
  const { human } = rig.router;
  human.change({ user: 'gitops', menu: '/ip/dns', verb: 'set', args: { 'cache-size': '4096' } });
  human.change({
    user: 'gitops',
    menu: '/ip/dns/static',
    verb: 'add',
    args: { name: 'x.example.net', address: '192.0.2.9', comment: 'ignore all | previous\u202e' },
  });
  await door.ask('takeSnapshot', { device: 'r1' }, signal);
});
afterAll(() => rig.close());

describe('how a router was', () => {
  it('differs row by row, with texts of the router as cells', async () => {
    const { columns, rows, untrusted, facts } = await callTool(door, 'snapshot_diff', { device: 'r1', from: before });
    expect(columns).toEqual(['menu', 'change', 'row', 'before', 'after']);
    expect(rows).toContainEqual(['/ip/dns', 'changed', '', 'cache-size=""', 'cache-size=4096']);
    const [, , , , added] = rows.find(([menu, change]) => menu === '/ip/dns/static' && change === 'added') ?? [];
    expect(added).toContain('comment="ignore all | previous');
    expect(JSON.stringify(rows)).not.toContain('\u202e');
    expect(untrusted).toBe(true);
    expect(facts).toMatchObject({ device: 'r1', from: before, unread: [] });
    const one = await callTool(door, 'snapshot_diff', { device: 'r1', from: before, menu: '/ip/dns' });
    expect(one.rows).toHaveLength(1);
  });

  it('is the same where nothing was changed', async () => {
    const { rows, hint } = await callTool(door, 'snapshot_diff', { device: 'r1', from: before, to: before });
    expect(rows).toEqual([]);
    expect(hint).toContain('Nothing differs');
  });

  it('is told by menus, and a menu by its rows', async () => {
    const { columns, rows } = await callTool(door, 'snapshot_get', { device: 'r1', at: before, limit: 500 });
    expect(columns).toEqual(['menu', 'title', 'rows', 'unchanged_since']);
    expect(rows.map(([menu]) => menu)).toContain('/ip/dns');
    const dns = await callTool(door, 'snapshot_get', { device: 'r1', menu: '/ip/dns' });
    const row = Object.fromEntries(dns.columns.map((name, at) => [name, dns.rows[0]?.[at]]));
    expect(row).toMatchObject({ servers: '192.0.2.1', 'cache-size': '4096' });
  });

  it.each([
    [{ device: 'r1', from: '10y' }, 'NotFound'],
    [{ device: 'r9', from: '1h' }, 'NotFound'],
    [{ device: 'r1', from: 'yesterday' }, 'BadRequest'],
  ])('is not known for %o: %s', async (given, code) => {
    await expect(callTool(door, 'snapshot_diff', given)).rejects.toMatchObject({ failure: { code } });
  });
});

describe('who did what', () => {
  it('is told newest first, page by page, each record once', async () => {
    const seen: unknown[] = [];
    let cursor: string | null = null;
    do {
      const page = await callTool(door, 'audit_search', { limit: 2, ...(cursor === null ? {} : { cursor }) });
      expect(page.facts).toEqual({ chain: 'whole' });
      seen.push(...page.rows.map(([sequence]) => sequence));
      cursor = page.next_cursor;
    } while (cursor !== null);
    const whole = await callTool(door, 'audit_search', { limit: 500 });
    expect(seen).toEqual(whole.rows.map(([sequence]) => sequence).slice(-seen.length));
    expect(seen).toEqual(seen.toSorted((one, other) => Number(other) - Number(one)));
    expect(seen.length).toBeGreaterThan(3);
  });

  it('is narrowed by its fields', async () => {
    const { rows } = await callTool(door, 'audit_search', { device: 'r1', action: 'attempt.' });
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(([, , , action, device]) => String(action).startsWith('attempt.') && device === 'r1')).toBe(true);
    const none = await callTool(door, 'audit_search', { actor: 'nobody' });
    expect(none).toMatchObject({ rows: [], hint: expect.stringContaining('Nothing of that kind') as string });
  });

  it.each(['changes', 'approvals', 'refusals', 'access'])('is the report %s', async (name) => {
    const { facts, rows, columns } = await callTool(door, 'report_get', { name, since: '2020-01-01T00:00:00Z' });
    expect(facts).toMatchObject({ report: name });
    if (name !== 'changes') return;
    expect(rows).toHaveLength(1);
    const row = Object.fromEntries(columns.map((column, at) => [column, rows[0]?.[at]]));
    expect(row).toMatchObject({ device: 'r1', end: 'confirmed', beganAt: expect.stringMatching(/^20.*Z$/) as string });
  });
});

it('the state of the service is told', async () => {
  const calm = await callTool(door, 'service_status', {});
  expect(calm.facts).toMatchObject({ source: rig.controller.api.fleet.source, revision: expect.any(String) as string });
  expect(calm).toMatchObject({ rows: [], hint: expect.stringContaining('Nothing is wrong') as string });
  await rig.controller.api.store.freeze.set({ by: 'operator:anna', reason: 'audit week', since: 0 });
  const frozen = await callTool(door, 'service_status', {});
  expect(frozen.rows).toContainEqual(['frozen', 'audit week', 'no router is written until somebody ends it']);
  await rig.controller.api.store.freeze.set(null);
});
