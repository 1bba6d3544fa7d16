import { randomUUID } from 'node:crypto';
import type { Plan, PlanBody, PlanId } from '#differ';
import type { AttemptPayload, AttemptRecord, AuditEvent, DriftRecord, PlanRecord } from '../../controller/records.ts';

export const T0 = Date.UTC(2026, 0, 1);
export const DAY = 86_400_000;

export function planId(letter: string): PlanId {
  return `sha256:${letter.repeat(64)}`;
}

export const plan: Plan = {
  changes: [
    {
      kind: 'set',
      menu: '/ip/dns',
      match: null,
      nth: 0,
      fields: { servers: '192.0.2.1' },
      before: { servers: '192.0.2.9' },
      reason: 'declared',
    },
  ],
  inverse: [{ menu: '/ip/dns', match: null, rows: [{ servers: '192.0.2.9' }] }],
  touched: [{ menu: '/ip/dns', match: null, rows: [{ servers: '192.0.2.9' }] }],
  extras: [],
  released: [],
  frozen: [],
  conflicts: [],
};

export const body: PlanBody = {
  source: 'folder',
  device: { name: 'r1', serial: 'HEX1', address: 'https://192.0.2.1', credential: 'lab' },
  operations: plan.changes,
  confirmWithinSeconds: 300,
  touched: plan.touched,
  policyDigest: 'sha256:policy',
};

export const payload: AttemptPayload = {
  plan,
  body,
  desired: { menus: {} },
  revision: 'rev-1',
  tier: 'full',
  confirmWithinSeconds: 300,
  health: { maxCpuPercent: 95, minFreeMemoryPercent: 5, pings: [], resolve: [], interfaces: true },
  settleSeconds: 0,
  runningInterfaces: ['ether1'],
};

export function attempt(
  device: string,
  more: Partial<AttemptRecord> = {},
): Omit<AttemptRecord, 'number' | 'steps' | 'end' | 'endedAt' | 'endReason'> {
  return {
    id: randomUUID(),
    device,
    planId: planId('a'),
    correlationId: 'c-1',
    openedAt: T0,
    payload,
    holder: 'one',
    leaseUntil: T0 + 60_000,
    ...more,
  };
}

export function proposal(device: string, letter: string, createdAt = T0): Omit<PlanRecord, 'supersededAt'> {
  return { id: planId(letter), device, revision: 'rev-1', body, plan, createdAt };
}

export function drift(device: string, digest: string, firstSeenAt = T0): Omit<DriftRecord, 'clearedAt'> {
  return {
    device,
    digest,
    firstSeenAt,
    entries: [{ class: 'Extra', menu: '/ip/address', match: { address: '192.0.2.5/24' }, desired: {}, live: {} }],
    attribution: 'admin via winbox',
  };
}

export function event(action: string, more: Partial<AuditEvent> = {}): AuditEvent {
  return { at: T0, correlationId: 'c-1', actor: 'controller', action, device: 'r1', detail: {}, ...more };
}
