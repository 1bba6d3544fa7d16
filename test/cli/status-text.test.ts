import { expect, it } from 'vitest';
import type { DeviceView, StatusView } from '#controller';
import { statusText } from '../../cli/text/fleet-text.ts';

const PLAIN = { width: Number.POSITIVE_INFINITY, strong: String, dim: String, good: String, warn: String, bad: String };

function device(name: string, reason: string): DeviceView {
  return {
    name,
    critical: false,
    timeZone: null,
    environment: 'lab',
    site: null,
    address: 'http://192.0.2.1',
    serial: null,
    ready: 'False',
    reconciling: false,
    stalled: true,
    reason,
    message: 'a message',
    planId: null,
    drifted: false,
    readAt: null,
    lastVisitAt: null,
    nextVisitAt: null,
    confirmedAt: null,
  };
}

const STATUS: Omit<StatusView, 'devices'> = {
  now: 9,
  startedAt: 1,
  controller: 'c',
  frozen: null,
  rollouts: [],
  source: {
    name: 'folder:/fleet',
    revision: 'r',
    acceptedAt: 1,
    readAt: 2,
    fault: null,
    control: null,
    mend: [],
    disregarded: [],
  },
  underWay: [],
};

it('counts devices of which rows are held back apart from those that stand still', () => {
  const devices = [device('r1', 'RowsHeldBack'), device('r2', 'ForeignUndo'), device('r3', 'RowsHeldBack')];
  expect(statusText({ ...STATUS, devices }, PLAIN)).toContain('0 unknown, 1 stalled, 2 with rows held back\n');
  expect(statusText({ ...STATUS, devices: devices.slice(0, 1) }, PLAIN)).toContain(
    '0 unknown, 1 with rows held back\n',
  );
});
