import { SECTION_NAMES } from '#schemas';
import type { InputOf, OutputOf } from '#controller/operations';
import type { Cell } from '../cell.ts';
import { arranged } from '../arrange.ts';
import { DoorError } from '../door.ts';
import { askedIn, PAGED } from '../fields.ts';
import { BadInput } from '../input-fault.ts';
import type { Tool, ToolCall, ToolInput } from '../tool.ts';
import { changeRow } from './change-rows.ts';

type Intent = InputOf<'proposeChange'>;
type Preview = OutputOf<'previewChange'>;
type Proposal = OutputOf<'proposal'>;

const NAMES = { type: 'array', items: { type: 'string' } };

/** Whom, what and why; the service says which fields a section has. */
const INTENT = {
  section: { type: 'string', enum: SECTION_NAMES },
  devices: NAMES,
  labels: { type: 'object' },
  config: { type: 'string', description: 'all this RouterConfig selects' },
  set: { description: 'mapping of fields, or list of items' },
  add: { description: 'list of items' },
  remove: { description: 'list of fields or items' },
  reason: { type: 'string' },
  also_affects: NAMES,
  where: { type: 'object' },
} as const;

/** The rest is paged through, or told by change_status. */
const MOST_ROWS = 200;

const shared = {
  toolset: 'changes',
  byDefault: true,
  permission: 'change.propose',
  openWorld: false,
} as const satisfies Partial<Tool>;

const input = {
  type: 'object',
  properties: INTENT,
  required: ['section', 'reason'],
  additionalProperties: false,
} as const satisfies ToolInput;

/** Shows what a change would do. */
export const changePreview: Tool = {
  ...shared,
  name: 'change_preview',
  title: 'Preview a change',
  description:
    'Diff, plans, deletions, risks and approvers of a change in the words of schema://SECTION. Stores nothing.',
  asks: ['previewChange'],
  readOnly: true,
  input: { ...input, properties: { ...INTENT, cursor: { type: 'string' } } },
  words: ['what if', 'dry run', 'simulate', 'would change', 'impact', 'test a change', 'before proposing'],
  async run(call) {
    const intent = intentIn(call.input);
    const preview = await call.door.ask('previewChange', intent, call.signal).catch(inOurWords);
    return {
      facts: { ...previewFacts(preview), written: 'nothing' },
      ...arranged(previewTable(preview), { ...askedIn(call.input), limit: MOST_ROWS }, intent),
      asOf: preview.now,
      untrusted: true,
      hint: 'Nothing is stored. change_propose with the same arguments proposes it.',
    };
  },
};

/** Proposes a change. */
export const changePropose: Tool = {
  ...shared,
  name: 'change_propose',
  title: 'Propose a change',
  description: 'Proposes a change (see change_preview) for people to take and approve; no router is written.',
  asks: ['previewChange', 'proposeChange'],
  readOnly: false,
  input,
  words: ['configure', 'set up', 'add rule', 'change setting', 'fix it', 'apply', 'update', 'make it so', 'roll out'],
  async run(call) {
    const intent = intentIn(call.input);
    const proposal = await call.door.ask('proposeChange', intent, call.signal).catch(inOurWords);
    const preview = await previewed(call, intent);
    const told = 'fault' in preview ? { facts: preview, table: diffTable(proposal.files) } : whole(preview);
    return {
      facts: { ...proposalFacts(proposal), ...told.facts, written: 'nothing: no router, and no file that counts' },
      ...arranged(told.table, { limit: MOST_ROWS }),
      asOf: proposal.now,
      untrusted: true,
      hint: nextFor(proposal),
    };
  },
};

/** Tells where proposals stand. */
export const changeStatus: Tool = {
  ...shared,
  name: 'change_status',
  title: 'Where proposals stand',
  description:
    'One proposal with its diff, or all: open, kept, taken or withdrawn, and the plans of its devices since.',
  asks: ['proposals', 'proposal', 'plans', 'rollouts'],
  permission: 'fleet.read',
  readOnly: true,
  input: {
    type: 'object',
    properties: { proposal: { type: 'string', description: 'its id; unless given, all' }, ...PAGED },
    additionalProperties: false,
  },
  words: ['was it approved', 'my proposal', 'is it taken', 'pull request', 'change request', 'pending proposal'],
  async run({ input: given, door, signal, now }) {
    const { proposal: id } = given as { readonly proposal?: string };
    if (id === undefined) {
      const proposals = await door.ask('proposals', { limit: 1000 }, signal);
      const columns = ['proposal', 'state', 'section', 'devices', 'reason', 'by', 'proposed', 'branch'];
      return {
        ...arranged({ columns, rows: proposals.map(proposalRow) }, askedIn(given)),
        asOf: now(),
        untrusted: true,
        ...(proposals.length === 0 ? { hint: 'Nothing was proposed yet: change_propose does.' } : {}),
      };
    }
    const proposal = await door.ask('proposal', { proposal: id }, signal);
    const { plans } = await door.ask('plans', {}, signal);
    const { rollouts } = await door.ask('rollouts', { limit: 50 }, signal);
    const own = plans.filter(({ device }) => proposal.devices.includes(device));
    const waits = own.map(({ device, id: plan, waitingFor }): readonly Cell[] => {
      const reasons = waitingFor.map(({ code, message }) => `${code}: ${message}`).join('; ');
      return ['plan', device, plan, reasons];
    });
    const table = diffTable(proposal.files);
    return {
      facts: {
        ...proposalFacts(proposal),
        open_rollouts: rollouts
          .filter(({ ended }) => !ended)
          .map((each) => `${each.id}: ${each.state}, ${each.reason}`),
      },
      ...arranged({ ...table, rows: [...waits, ...table.rows] }, askedIn(given), proposal.id),
      asOf: proposal.now,
      untrusted: true,
      hint: nextFor(proposal),
    };
  },
};

/** The intent, in the words of the service. @throws {BadInput} unless it says whom it is for, once. */
function intentIn(given: ToolCall['input']): Intent {
  const {
    section,
    devices,
    labels,
    config,
    reason,
    set,
    add,
    remove,
    where,
    also_affects: alsoAffects,
  } = given as {
    readonly section: string;
    readonly devices?: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
    readonly config?: string;
    readonly reason: string;
    readonly set?: unknown;
    readonly add?: unknown;
    readonly remove?: unknown;
    readonly where?: Intent['where'];
    readonly also_affects?: readonly string[];
  };
  const whom = [
    ...(devices === undefined ? [] : [{ devices }]),
    ...(labels === undefined ? [] : [{ selector: { matchLabels: labels } }]),
    ...(config === undefined ? [] : [{ config }]),
  ];
  const [only] = whom;
  if (only === undefined || whom.length > 1)
    throw new BadInput({
      field: 'devices',
      cause: 'Say whom it is for in one of devices, labels and config.',
      allowed: ['devices', 'labels', 'config'],
    });
  const places = Object.entries(where ?? {});
  if (where !== undefined && (places.length !== 1 || !places.every(isPlace)))
    throw new BadInput({
      field: 'where',
      cause: 'where must be {"config": NAME}, a RouterConfig there is, or {"newConfig": NAME}.',
      allowed: ['config', 'newConfig'],
    });
  return { section, whom: only, reason, set, add, remove, where, alsoAffects };
}

function isPlace([name, value]: readonly [string, unknown]): boolean {
  return (name === 'config' || name === 'newConfig') && typeof value === 'string' && value !== '';
}

/** Fields of the service as they are named here. */
const OURS = [
  [/whom\.devices/g, 'devices'],
  [/whom\.selector/g, 'labels'],
  [/whom\.config/g, 'config'],
  [/whom \{config: NAME\}/g, 'config'],
  [/\bwhom\b/g, 'devices'],
  [/\balsoAffects\b/g, 'also_affects'],
] as const;

/** @throws the failure with the fields as they are named here */
function inOurWords(error: unknown): never {
  if (!(error instanceof DoorError)) throw error;
  const { failure } = error;
  const ours = (text: string): string => OURS.reduce((told, [from, to]) => told.replaceAll(from, to), text);
  const field = failure.field === null ? null : ours(failure.field);
  throw new DoorError({ ...failure, field, message: ours(failure.message) });
}

/** What would come of it; that it cannot be told is no fault of the proposal. */
async function previewed({ door, signal }: ToolCall, intent: Intent): Promise<Preview | { readonly fault: string }> {
  try {
    return await door.ask('previewChange', intent, signal);
  } catch (error) {
    if (!(error instanceof DoorError)) throw error;
    return { fault: error.message };
  }
}

interface Told {
  readonly facts: Readonly<Record<string, Cell | readonly Cell[]>>;
  readonly table: ReturnType<typeof previewTable>;
}

function whole(preview: Preview): Told {
  return { facts: previewFacts(preview), table: previewTable(preview) };
}

function previewFacts(preview: Preview): Told['facts'] {
  const { base, files, places, targets, changes, unreached, fleetPlanId, plans, inSync, unread, notes } = preview;
  const approvers = plans.flatMap((plan) => plan.approvers);
  const people = approvers.map(({ policy, who, people: named, excludesAuthors, auto }) =>
    [
      `${policy}: ${auto ? 'by itself' : who}`,
      named === null ? 'nobody in a folder' : named.join(' or '),
      ...(excludesAuthors ? ['not who takes it'] : []),
    ].join(', '),
  );
  return {
    base,
    files: files.map(({ file, made }) => (made ? `${file} (new)` : file)),
    said_in: places.map(
      ({ at, file, line, why }) => `${at}: ${file}${line === null ? '' : `:${String(line)}`}, ${why}`,
    ),
    for_devices: targets,
    changed_devices: changes,
    fleet_plan: fleetPlanId,
    deletions: plans.reduce((sum, plan) => sum + plan.deletions, 0),
    approvers: [...new Set(people)],
    not_reached: unreached.map(({ at, device }) => `${device}: ${at}`),
    already_so: inSync,
    not_read: unread,
    notes,
  };
}

const COLUMNS = ['part', 'of', 'where', 'text'];

/** Plans, what they change, and the lines of the files. */
function previewTable({ plans, groups, files }: Preview) {
  const planRows = plans.map((plan): readonly Cell[] => {
    const said = [
      `changes: ${String(plan.changes)}, deletions: ${String(plan.deletions)}`,
      `read ${new Date(plan.readAt).toISOString()}${plan.offline ? ', offline now' : ''}`,
      ...plan.against.map(({ code, message }) => `against it: ${code}: ${message}`),
      ...plan.risks.map((risk) => `risk: ${risk}`),
    ];
    return ['plan', plan.device, plan.planId, said.join('; ')];
  });
  const changeRows = groups.flatMap(({ devices, plan }) =>
    plan.changes.map((change): readonly Cell[] => {
      const [kind, menu, row, from, to] = changeRow(change);
      const alike = devices.length > 1 ? ` and ${String(devices.length - 1)} alike` : '';
      const text = [kind, row, from === '' ? '' : `from ${String(from)}`, to === '' ? '' : `to ${String(to)}`];
      return ['change', `${devices[0] ?? ''}${alike}`, menu ?? '', text.filter((each) => each !== '').join(' ')];
    }),
  );
  return { columns: COLUMNS, rows: [...planRows, ...changeRows, ...diffTable(files).rows] };
}

function diffTable(files: Proposal['files']) {
  const rows = files.flatMap(({ file, patch }) =>
    patch
      .split('\n')
      .filter((line, index, lines) => line !== '' || index < lines.length - 1)
      .map((line): readonly Cell[] => ['diff', null, file, line]),
  );
  return { columns: COLUMNS, rows };
}

function proposalFacts({
  id,
  state,
  branch,
  section,
  reason,
  devices,
  proposedBy,
  proposedAt,
}: Proposal): Told['facts'] {
  return {
    proposal: id,
    state,
    branch: branch ?? 'none: the controller keeps it',
    section,
    reason,
    devices,
    proposed_by: proposedBy,
    proposed: new Date(proposedAt).toISOString(),
  };
}

function nextFor({ id, state }: Proposal): string {
  switch (state) {
    case 'open':
    case 'kept':
      return `Nothing is written until a person takes it (rosctl proposals take ${id}), another approves, and it rolls out.`;
    case 'taken':
      return 'A person took it: plan_get tells whose approval its plans wait for, device_get how they ended.';
    case 'withdrawn':
      return 'Somebody withdrew it; change_propose proposes it anew.';
  }
}

function proposalRow(proposal: OutputOf<'proposals'>[number]): readonly Cell[] {
  const { id, state, section, devices, reason, proposedBy, proposedAt, branch } = proposal;
  return [id, state, section, devices.length, reason, proposedBy, new Date(proposedAt).toISOString(), branch];
}
