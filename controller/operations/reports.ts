import type { AccessRules } from '../access/access-rules.ts';
import type { Principal } from '../access/principal.ts';
import { ALL_DEVICES, type DeviceScope } from '../access/rights.ts';
import { mustBeAllowed } from './allowed.ts';
import type { LastAccess } from '../records/accesses.ts';
import type { OperationContext } from './context.ts';
import { approvalRows, changeRows, type Period, recordsOf } from './report-changes.ts';
import type { AccessReportRow, RefusalRow, ReportView } from './report-views.ts';
import type { CheckedInput } from './table.ts';

type Known = Pick<OperationContext, 'store' | 'fleet' | 'clock' | 'access'>;

const DAYS_30_MS = 30 * 86_400_000;

/** One report on what happened since a moment. */
export async function reportView(
  known: Known,
  principal: Principal,
  asked: CheckedInput<'report'>,
): Promise<ReportView> {
  const { name, environment } = asked;
  const since = asked.since === undefined ? known.clock.now() - DAYS_30_MS : Date.parse(asked.since);
  const period = { since, until: asked.until === undefined ? undefined : Date.parse(asked.until), environment };
  switch (name) {
    case 'changes':
      return { name, since, rows: await changeRows(known, period) };
    case 'approvals':
      return { name, since, rows: await approvalRows(known, period) };
    case 'refusals':
      return { name, since, rows: await refusalRows(known, period) };
    case 'access':
      // What others may do is of no device.
      mustBeAllowed(principal, 'audit.read', [ALL_DEVICES]);
      return { name, since, rows: await accessRows(known) };
  }
}

const REFUSALS = ['plan.refused', 'control.refused', 'approval.refused', 'source.refused', 'operation.refused'];

async function refusalRows(known: Known, { since, until, environment }: Period): Promise<readonly RefusalRow[]> {
  const rows = new Map<string, RefusalRow>();
  for (const action of REFUSALS) {
    for (const { at, device, detail } of await recordsOf(known, { action, since, until })) {
      if (environment !== undefined && (device === null || known.fleet.specOf(device)?.environment !== environment))
        continue;
      for (const rule of rulesIn(detail)) {
        const key = `${action} ${rule}`;
        const known = rows.get(key) ?? { rule, action, count: 0, lastAt: at, devices: [] };
        const devices = device === null || known.devices.includes(device) ? known.devices : [...known.devices, device];
        rows.set(key, { ...known, count: known.count + 1, devices });
      }
    }
  }
  return [...rows.values()].toSorted((one, other) => other.lastAt - one.lastAt);
}

function rulesIn({ reasons, operation }: Readonly<Record<string, unknown>>): readonly string[] {
  if (typeof operation === 'string') return [operation];
  const codes = Array.isArray(reasons) ? reasons.map((each: { readonly code?: unknown }) => String(each.code)) : [];
  return codes.length === 0 ? ['approval'] : [...new Set(codes)];
}

/** Of everybody whom the access file names, and of those who came. */
async function accessRows(known: Known): Promise<readonly AccessReportRow[]> {
  const came = new Map((await known.store.accesses.lastOf()).map((each) => [each.actor, each]));
  const named = namedIn(await known.access.rules());
  const rows = named.map((row): AccessReportRow => {
    const actors = [...came.keys()].filter((actor) => row.isOf(actor));
    const { isOf: _, ...told } = row;
    return { ...told, ...lastOf(actors.flatMap((actor) => came.get(actor) ?? [])) };
  });
  const others = [...came.keys()].filter((actor) => !named.some(({ isOf }) => isOf(actor)));
  return [
    ...rows,
    ...others.map((who) => ({
      who,
      role: null,
      devices: null,
      person: null,
      expiresAt: null,
      ...lastOf([came.get(who)].filter((each) => each !== undefined)),
    })),
  ];
}

type Named = Omit<AccessReportRow, 'lastUsedAt' | 'reads'> & { readonly isOf: (actor: string) => boolean };

function namedIn({ bindings, tokens }: AccessRules): readonly Named[] {
  return [
    ...tokens.map(({ name, role, devices, expiresAt }) => ({
      who: `token:${name}`,
      role: role.name,
      devices: scopeText(devices),
      person: null,
      expiresAt,
      isOf: (actor: string) => actor === `token:${name}`,
    })),
    ...bindings.map(({ who, role, devices, person }) => ({
      who: [...who.groups.map((group) => `group ${group}`), ...who.subjects].join(', '),
      role: role.name,
      devices: scopeText(devices),
      person,
      expiresAt: null,
      isOf: (actor: string) =>
        who.subjects.some((subject) => actor === `user:${subject}@${who.issuer.replace(/^https?:\/\//, '')}`),
    })),
  ];
}

function scopeText(scope: DeviceScope): string {
  if ('all' in scope) return 'all';
  const labels = Object.entries(scope.matchLabels ?? {}).map(([name, value]) => `${name}=${value}`);
  return [...labels, ...(scope.names ?? [])].join(', ');
}

function lastOf(all: readonly LastAccess[]): Pick<AccessReportRow, 'lastUsedAt' | 'reads'> {
  return {
    lastUsedAt: all.length === 0 ? null : Math.max(...all.map(({ at }) => at)),
    reads: all.reduce((sum, { count }) => sum + count, 0),
  };
}
