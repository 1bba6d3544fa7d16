import { SECTION_NAMES } from '#schemas';
import type { OutputOf } from '#controller/operations';
import type { ToolAnswer } from '../answer.ts';
import type { Cell } from '../cell.ts';
import { arranged } from '../arrange.ts';
import { askedIn, DEVICE, PAGED } from '../fields.ts';
import type { Tool, ToolCall } from '../tool.ts';
import { CHANGE_COLUMNS, changeRow } from './change-rows.ts';
import { changePreview, changePropose, changeStatus } from './proposals.ts';
import { rowText } from './row-text.ts';

const shared = {
  toolset: 'changes',
  byDefault: true,
  permission: 'fleet.read',
  readOnly: true,
  openWorld: false,
} as const satisfies Partial<Tool>;

const driftList: Tool = {
  ...shared,
  name: 'drift_list',
  title: 'Drift from what was approved',
  description: 'What routers hold otherwise than was last confirmed, row by row, since when, and who may have done it.',
  asks: ['drift'],
  input: { type: 'object', properties: { device: DEVICE, ...PAGED }, additionalProperties: false },
  words: ['manual change', 'out of sync', 'deviation', 'someone changed', 'unapproved', 'winbox', 'differs'],
  async run({ input, door, signal }) {
    const { device } = input as { readonly device?: string };
    const { drift, unconfirmed, unread, now } = await door.ask('drift', { device }, signal);
    const rows = drift.flatMap((record) => record.entries.map((entry) => driftRow(record, entry)));
    const columns = ['device', 'menu', 'drift', 'row', 'approved', 'live', 'since', 'by', 'policy'];
    return {
      facts: {
        drifted: drift.map((record) => record.device),
        never_confirmed: unconfirmed,
        not_read: unread.map(({ device: each, reason }) => `${each}: ${reason}`),
      },
      ...arranged({ columns, rows }, askedIn(input), device ?? null),
      asOf: now,
      untrusted: true,
      ...(rows.length === 0 ? { hint: 'No drift is open. What is planned and not yet done: plan_get.' } : {}),
    };
  },
};

const planGet: Tool = {
  ...shared,
  name: 'plan_get',
  title: 'Plans that wait',
  description: 'One plan, change by change, by its device or id; without plan all that wait and what they wait for.',
  asks: ['plans', 'plan', 'history'],
  input: {
    type: 'object',
    properties: {
      plan: { type: 'string', description: 'device, plan id or the beginning of one' },
      view: { enum: ['changes', 'attempts'], default: 'changes' },
      ...PAGED,
    },
    additionalProperties: false,
  },
  words: ['pending changes', 'what will be applied', 'approval needed', 'diff', 'queue', 'waiting', 'sha256'],
  async run({ input, door, signal }) {
    const { plan } = input as { readonly plan?: string };
    if (plan === undefined) {
      const view = await door.ask('plans', {}, signal);
      const columns = ['device', 'plan', 'changes', 'critical', 'offline', 'read', 'waiting_for'];
      return {
        facts: {
          fleet_plan: view.fleetPlanId,
          revision: view.revision,
          not_read: view.unread.map((each) => each.device),
        },
        ...arranged({ columns, rows: view.plans.map(planRow) }, askedIn(input)),
        asOf: view.now,
        hint: view.plans.length === 0 ? 'No plan waits.' : 'plan_get with plan: DEVICE tells its changes.',
      };
    }
    const view = await door.ask('plan', { plan }, signal);
    if (input['view'] === 'attempts') return attemptsAt(view, await attemptsOf(view, { door, signal }), input);
    const { body } = view;
    const held = (body.heldBack ?? []).map((row) => ['held back', row.menu, rowText(row.match), '', '', row.because]);
    const rows = [...body.operations.map(changeRow), ...held];
    return {
      facts: {
        plan: view.id,
        device: view.device,
        deletions: body.operations.filter(({ kind }) => kind === 'remove').length,
        offline: view.offline,
        revision: view.revision,
        superseded: view.supersededAt !== null,
        waiting_for: view.waitingFor.map(({ code, message }) => `${code}: ${message}`),
      },
      ...arranged({ columns: CHANGE_COLUMNS, rows }, askedIn(input), view.id),
      asOf: view.readAt,
      untrusted: true,
    };
  },
};

/** Of the attempts on a device those at one plan, newest first. */
async function attemptsOf(
  { id, device }: OutputOf<'plan'>,
  { door, signal }: Pick<ToolCall, 'door' | 'signal'>,
): Promise<OutputOf<'history'>['attempts']> {
  const { attempts } = await door.ask('history', { device, limit: 100 }, signal);
  return attempts.filter(({ planId }) => planId === id);
}

/** Step by step. */
function attemptsAt(
  { id, device, now }: OutputOf<'plan'>,
  attempts: OutputOf<'history'>['attempts'],
  input: ToolCall['input'],
): ToolAnswer {
  const rows = attempts.flatMap(({ number, steps, end, endReason, endedAt }): readonly (readonly Cell[])[] => [
    ...steps.map(({ at, step, detail }) => [number, timeOf(at), step, detail]),
    ...(end === null ? [] : [[number, endedAt === null ? null : timeOf(endedAt), end, endReason]]),
  ]);
  return {
    facts: { plan: id, device, attempts: attempts.length },
    ...arranged({ columns: ['attempt', 'at', 'step', 'detail'], rows }, askedIn(input), id),
    asOf: now,
    untrusted: true,
    ...(rows.length === 0 ? { hint: 'It was never tried. What it waits for: plan_get without view.' } : {}),
  };
}

function timeOf(instant: number): string {
  return new Date(instant).toISOString();
}

const configExplain: Tool = {
  ...shared,
  name: 'config_explain',
  title: 'Where a declared value comes from',
  description: 'What Git declares for a router, each value with RouterConfig, file and line; of one section or all.',
  asks: ['explain'],
  input: {
    type: 'object',
    properties: { device: DEVICE, section: { type: 'string', description: 'such as dns' }, ...PAGED },
    required: ['device'],
    additionalProperties: false,
  },
  words: ['desired state', 'yaml', 'which file', 'source of setting', 'why is it configured', 'intended', 'git'],
  async run({ input, door, signal }) {
    const { device, section } = input as { readonly device: string; readonly section?: string };
    const view = await door.ask('explain', { device, section, limit: MOST_VALUES }, signal);
    const columns = ['section', 'row', 'field', 'value', 'config', 'priority', 'file', 'line', 'menu'];
    const cut = view.total > view.values.length;
    return {
      facts: { device, revision: view.revision, values: view.total },
      ...arranged({ columns, rows: view.values.map(valueRow), usual: columns.slice(0, -1) }, askedIn(input), [
        device,
        section,
      ]),
      asOf: view.now,
      ...(view.total === 0 ? { hint: `Nothing is declared. Sections are ${SECTION_NAMES.join(', ')}.` } : {}),
      ...(cut ? { hint: `The first ${String(MOST_VALUES)} of ${String(view.total)} values: name a section.` } : {}),
    };
  },
};

/** Beyond so many nobody reads on. */
const MOST_VALUES = 5000;

const rolloutGet: Tool = {
  ...shared,
  name: 'rollout_get',
  title: 'How a rollout goes',
  description: 'One rollout, device by device in its waves; without rollout the newest ones.',
  byDefault: false,
  asks: ['rollouts', 'rollout'],
  input: {
    type: 'object',
    properties: { rollout: { type: 'string', description: 'its id or the beginning of one' }, ...PAGED },
    additionalProperties: false,
  },
  words: ['waves', 'deployment', 'canary', 'progress of change', 'stuck', 'halted', 'paused'],
  async run({ input, door, signal }) {
    const { rollout } = input as { readonly rollout?: string };
    if (rollout === undefined) {
      const { now, rollouts } = await door.ask('rollouts', { limit: 200 }, signal);
      const columns = ['rollout', 'state', 'wave', 'devices', 'since', 'reason', 'policy', 'revision'];
      return {
        ...arranged({ columns, rows: rollouts.map(rolloutRow) }, askedIn(input)),
        asOf: now,
        ...(rollouts.length === 0 ? { hint: 'There was no rollout yet. What waits: plan_get.' } : {}),
      };
    }
    const view = await door.ask('rollout', { rollout }, signal);
    const columns = ['device', 'wave', 'state', 'since', 'reason', 'plan'];
    const rows = view.members.map(({ device, wave, state, since, reason, planId }) => [
      device,
      view.waves[wave] ?? wave,
      state,
      new Date(since).toISOString(),
      reason,
      planId,
    ]);
    return {
      facts: {
        rollout: view.id,
        state: view.state,
        reason: view.reason,
        wave: view.waves[view.wave] ?? view.wave,
        failures: view.failures.count,
        failure_budget: view.failures.budget,
        advice: view.advice,
      },
      ...arranged({ columns, rows }, askedIn(input), view.id),
      asOf: view.now,
      untrusted: true,
    };
  },
};

/** What is to change, and what did without being asked for. */
export const CHANGES: readonly Tool[] = [
  driftList,
  planGet,
  configExplain,
  changePreview,
  changePropose,
  changeStatus,
  rolloutGet,
];

type Drift = OutputOf<'drift'>['drift'][number];

function driftRow({ device, firstSeenAt, attribution }: Drift, entry: Drift['entries'][number]): readonly Cell[] {
  const { menu, match, desired, live, mode = null } = entry;
  const since = new Date(firstSeenAt).toISOString();
  return [device, menu, entry.class, rowText(match), rowText(desired), rowText(live), since, attribution, mode];
}

type PlanSummary = OutputOf<'plans'>['plans'][number];

function planRow({ device, id, changes, critical, offline, readAt, waitingFor }: PlanSummary): readonly Cell[] {
  const waits = waitingFor.map(({ code, message }) => `${code}: ${message}`).join('; ');
  return [device, id, changes, critical, offline, new Date(readAt).toISOString(), waits];
}

type Value = OutputOf<'explain'>['values'][number];

function valueRow(value: Value): readonly Cell[] {
  const { section, match, field, config, priority, menu } = value;
  const [file, line] = 'file' in value ? [value.file, value.line] : [value.object, null];
  return [section, rowText(match), field, value.value, config, priority, file, line, menu];
}

type Rollout = OutputOf<'rollouts'>['rollouts'][number];

function rolloutRow({ id, state, wave, waves, devices, since, reason, policy, revision }: Rollout): readonly Cell[] {
  return [id, state, waves[wave] ?? wave, devices, new Date(since).toISOString(), reason, policy, revision];
}
