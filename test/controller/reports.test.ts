import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from '#controller';
import { record, type ControllerEvent, type RecordedEvent } from '../../controller/events.ts';
import { logSink } from '../../controller/reports/log-sink.ts';
import { metricsSink } from '../../controller/reports/metrics-sink.ts';
import { reportToAll, type ReportedEvent, type ReportSink } from '../../controller/reports/report-sink.ts';
import { reportingStore } from '../../controller/reports/reporting-store.ts';
import type { VisitReport } from '../../controller/observed/report.ts';
import { createLog } from '../../controller/telemetry/log.ts';
import { createMetrics } from '../../controller/telemetry/metrics.ts';
import { T0 } from '../store/samples.ts';

const ALICE = { actor: 'operator:alice', at: T0 };
const FROZEN: ControllerEvent = { action: 'freeze.on', device: null, detail: { reason: 'incident' } };
const THAWED: ControllerEvent = { action: 'freeze.off', device: null, detail: {} };
const STEP = { attempt: 'a-1', planId: `sha256:${'a'.repeat(64)}`, number: 1, detail: 'full' } as const;

let folder: string;
let store: Store;
let told: ReportedEvent[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'reports-'));
  told = [];
  store = reportingStore(await openStore({ folder }), { report: (event) => void told.push(event) });
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const actionsTold = (): readonly string[] => told.map(({ action }) => action);

test('a sink is told of events once their transaction is committed, in their order', async () => {
  await store.transaction(async (records) => {
    await record(records, FROZEN, ALICE);
    await record(records, THAWED, ALICE);
    expect(told).toEqual([]);
  });
  expect(actionsTold()).toEqual(['freeze.on', 'freeze.off']);
  await record(store, FROZEN, ALICE);
  expect(actionsTold()).toEqual(['freeze.on', 'freeze.off', 'freeze.on']);
});

test('a sink is told nothing of what is rolled back', async () => {
  const failed = store.transaction(async (records) => {
    await record(records, FROZEN, ALICE);
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect(told).toEqual([]);
  expect(await store.audit.list({ limit: 10 })).toEqual([]);
});

test('what is told is what is stored; events of their own have ids of their own', async () => {
  await record(store, FROZEN, ALICE);
  await record(store, { action: 'attempt.armed', device: 'r1', detail: STEP }, { ...ALICE, correlationId: 'c-1' });
  const stored = await store.audit.list({ limit: 10 });
  expect(stored.toReversed()).toMatchObject(told);
  expect(stored[0]?.correlationId).toBe('c-1');
  expect(stored[1]?.correlationId).toMatch(/^[0-9a-f-]{36}$/);
});

test('a sink that throws keeps neither the others nor the controller from going on', () => {
  const lines = linesOf();
  const broken: ReportSink = {
    report() {
      throw new Error('broken');
    },
  };
  const sink = reportToAll([broken, { report: (event) => void told.push(event) }], lines.log);
  sink.report(recorded(FROZEN));
  expect(actionsTold()).toEqual(['freeze.on']);
  expect(lines.read()).toMatchObject([{ msg: 'event not reported', action: 'freeze.on', err: { message: 'broken' } }]);
});

test('the log tells the steps and the endings of an attempt', () => {
  const lines = linesOf();
  const sink = logSink(lines.log);
  sink.report(recorded({ action: 'attempt.verdict-healthy', device: 'r1', detail: STEP }));
  sink.report(recorded({ action: 'attempt.confirmed', device: 'r1', detail: STEP }));
  sink.report(recorded(FROZEN));
  const place = { level: 30, device: 'r1', planId: STEP.planId, correlationId: 'c-1' };
  expect(lines.read()).toEqual([
    { ...place, step: 'verdict-healthy', detail: 'full', msg: 'attempt step' },
    { ...place, end: 'confirmed', reason: 'full', msg: 'attempt ended' },
  ]);
});

test('the log tells of a visit only what differs from the one before, and the metrics count each', async () => {
  const lines = linesOf();
  const metrics = createMetrics();
  const sink = reportToAll([logSink(lines.log), metricsSink(metrics)], lines.log);
  const [synced, undone] = [visit({ kind: 'InSync', extras: 0, frozen: [] }), visit(ROLLED_BACK)];
  sink.report({ action: 'visit.ended', device: 'r1', visit: synced, previous: null });
  sink.report({ action: 'visit.ended', device: 'r1', visit: synced, previous: synced });
  sink.report({ action: 'visit.ended', device: 'r1', visit: undone, previous: synced });
  const common = { device: 'r1', msg: 'device visited' };
  expect(lines.read()).toEqual([
    { ...common, level: 30, outcome: 'InSync', reason: 'InSync', detail: 'in sync' },
    { ...common, level: 40, outcome: 'RolledBack', reason: 'RolledBack', detail: 'rolled back: ill' },
  ]);
  const { body } = await metrics.page();
  expect(body).toContain('routeros_gitops_visits_total{outcome="InSync"} 2');
  expect(body).toContain('routeros_gitops_visits_total{outcome="RolledBack"} 1');
});

test('the metrics count drift that was found, and devices that drifted while the store tells', async () => {
  const metrics = createMetrics();
  const sink = metricsSink(metrics);
  const detail = { entries: 2, attribution: 'unknown' };
  sink.report({ action: 'drift.found', device: 'r1', detail, at: T0, actor: 'controller', correlationId: 'c-1' });
  let drifted = Promise.resolve(3);
  metrics.observeDrift(() => drifted);
  const first = (await metrics.page()).body;
  expect(first).toContain('routeros_gitops_drift_found_total 1');
  expect(first).toContain('routeros_gitops_drifted_devices 3');
  drifted = Promise.reject(new Error('the store is gone'));
  expect((await metrics.page()).body).not.toMatch(/^routeros_gitops_drifted_devices \d/m);
});

test('nothing in the controller appends to the audit but by record', () => {
  const root = path.join(import.meta.dirname, '../../controller');
  const appending = globSync('**/*.ts', { cwd: root }).filter((file) =>
    /audit\s*\.append\(/.test(readFileSync(path.join(root, file), 'utf8')),
  );
  expect(appending.toSorted()).toEqual(['events.ts', 'reports/reporting-store.ts']);
});

const ROLLED_BACK = { kind: 'RolledBack', planId: STEP.planId, reason: 'ill' } as const;

function visit(outcome: VisitReport['outcome']): VisitReport {
  return { outcome, revision: 'rev-1', at: T0, durationMs: 10, failures: 0, nextAt: T0, router: null, readAt: T0 };
}

function recorded(event: ControllerEvent): RecordedEvent {
  return { ...ALICE, correlationId: 'c-1', ...event };
}

/** A log and what it wrote, without the times. */
function linesOf() {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });
  const read = (): readonly unknown[] =>
    lines.map((line) => JSON.parse(line, (key, value: unknown) => (key === 'time' ? undefined : value)) as unknown);
  return { log, read };
}
