import type { OutputOf } from '#controller/operations';
import type { Cell } from '../cell.ts';
import { arranged } from '../arrange.ts';
import { DoorError } from '../door.ts';
import { askedIn, PAGED } from '../fields.ts';
import type { Tool, ToolCall, ToolInput } from '../tool.ts';
import { inOurWords, INTENT, type Intent, intentIn } from './change-intent.ts';
import { diffTable, type Facts, type Preview, previewFacts, previewTable } from './preview-rows.ts';

type Proposal = OutputOf<'proposal'>;

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
      ...arranged(previewTable(preview), { limit: MOST_ROWS, ...cursorIn(call.input) }, intent),
      asOf: preview.now,
      untrusted: true,
      hint: call.door.has('proposeChange')
        ? 'Nothing is stored. change_propose with the same arguments proposes it.'
        : 'Nothing is stored, and no controller is there to propose it: a person makes the edit.',
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

/** `where` says there in which file: of a table only the cursor is asked for. */
function cursorIn({ cursor }: ToolCall['input']): { readonly cursor?: string } {
  return typeof cursor === 'string' ? { cursor } : {};
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
  readonly facts: Facts;
  readonly table: ReturnType<typeof previewTable>;
}

function whole(preview: Preview): Told {
  return { facts: previewFacts(preview), table: previewTable(preview) };
}

function proposalFacts({ id, state, branch, section, reason, devices, proposedBy, proposedAt }: Proposal): Facts {
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
