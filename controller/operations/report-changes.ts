import type { PlanId } from '#differ';
import type { Selector } from '#schemas';
import type { DeviceName, Instant } from '../ports.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import type { AuditRecord, AuditSearch } from '../records/audit.ts';
import type { ObjectForm } from '../records/history.ts';
import { versionsOf } from '../trust/revision-name.ts';
import type { QueryContext } from './context.ts';
import type { ApprovalRow, ChangeRow } from './report-views.ts';

type Known = Pick<QueryContext, 'store' | 'fleet'>;

/** What a report is asked about. */
export interface Period {
  readonly since: Instant;
  readonly until: Instant | undefined;
  readonly environment: string | undefined;
}

/** Records that one report is made of at most; whoever needs more asks for a shorter time. */
const MOST = 50_000;

/** All records of a time, the newest first. */
export async function recordsOf({ store }: Known, search: Omit<AuditSearch, 'limit'>): Promise<readonly AuditRecord[]> {
  const found: AuditRecord[] = [];
  let before: number | null | undefined;
  while (before !== null && found.length < MOST) {
    const { records, next } = await store.audit.search({ ...search, before, limit: 1000 });
    found.push(...records);
    before = next;
  }
  return found;
}

/** An attempt as the chain has it. */
interface Began {
  readonly began: AuditRecord & { readonly device: DeviceName };
  readonly ended: AuditRecord | null;
}

const ENDS = new Set(['attempt.confirmed', 'attempt.undone', 'attempt.closed', 'attempt.stalled']);

async function attemptsIn(known: Known, { since, until, environment }: Period): Promise<readonly Began[]> {
  const records = await recordsOf(known, { action: 'attempt.', since });
  const ends = new Map(records.filter(({ action }) => ENDS.has(action)).map((each) => [each.detail['attempt'], each]));
  return records.flatMap((began) => {
    const { action, device, at, detail } = began;
    if (action !== 'attempt.arming' || device === null || at >= (until ?? Number.POSITIVE_INFINITY)) return [];
    if (environment !== undefined && known.fleet.specOf(device)?.environment !== environment) return [];
    return [{ began: { ...began, device }, ended: ends.get(detail['attempt']) ?? null }];
  });
}

/** What was changed, whose it was, who approved it and how it ended. */
export async function changeRows(known: Known, period: Period): Promise<readonly ChangeRow[]> {
  const rows: ChangeRow[] = [];
  for (const { began, ended } of await attemptsIn(known, period)) {
    const { device, at, detail } = began;
    const planId = textOf(detail['planId']) as PlanId;
    const attempt = await known.store.attempts.lastOf(device, planId);
    const changes = attempt?.payload.plan.changes;
    rows.push({
      device,
      environment: known.fleet.specOf(device)?.environment ?? null,
      beganAt: at,
      planId,
      revision: textOf(detail['revision']),
      changes: changes?.length ?? null,
      menus: [...new Set(changes?.map(({ menu }) => menu))],
      declaredBy: attempt === null ? [] : await declaredBy(known, attempt),
      approvedBy: textOf(detail['approvedBy']),
      approvals: textsOf(detail['approvals']),
      ...endOf(ended),
      reason: ended === null ? null : textOf(ended.detail['detail']),
    });
  }
  return rows;
}

/** How long plans took to be approved, begun and brought to an end. */
export async function approvalRows(known: Known, period: Period): Promise<readonly ApprovalRow[]> {
  const rows: ApprovalRow[] = [];
  for (const { began, ended } of await attemptsIn(known, period)) {
    const { device, at: beganAt, detail } = began;
    const planId = textOf(detail['planId']) as PlanId;
    const plannedAt = (await known.store.plans.get(planId))?.createdAt ?? null;
    const consents = await known.store.approvals.consentsFor(known.fleet.source, planId, device);
    const approvedAt = latest(consents.filter(({ spentBy }) => spentBy === detail['attempt']));
    const { end, endedAt } = endOf(ended);
    rows.push({
      device,
      planId,
      plannedAt,
      approvedAt,
      beganAt,
      endedAt,
      approvedBy: textOf(detail['approvedBy']),
      end,
      plannedToApproved: seconds(plannedAt, approvedAt),
      approvedToBegun: seconds(approvedAt, beganAt),
      begunToEnded: seconds(beganAt, endedAt),
    });
  }
  return rows;
}

/** Whose signatures changed what feeds the device between its last confirmed revision and the one that was applied. */
async function declaredBy({ store, fleet }: Known, { device, payload }: AttemptRecord): Promise<readonly string[]> {
  const before = payload.before.revision;
  const from = before === null ? null : versionsOf(before);
  const to = versionsOf(payload.revision);
  if (fleet.specOf(device) === undefined) return [];
  const start = from === null ? 0 : await store.history.positionOf(fleet.source, from.configs);
  const end = await store.history.positionOf(fleet.source, to.configs);
  if (start === null || end === null) return [];
  const changes = await store.history.changesAfter(fleet.source, start, device);
  const people = changes
    .filter(({ position, accepted }) => accepted && position <= end)
    .filter(({ kind, name, form }) =>
      kind === 'RouterDevice'
        ? name === device
        : kind === 'RouterConfig' && feeds(form, device, fleet.labelsOf(device)),
    )
    .flatMap(({ by }) => (typeof by === 'string' ? [] : [by.person]));
  return [...new Set(people)].toSorted();
}

/** What is gone feeds nothing any more; whom it fed is not looked for. */
function feeds(form: ObjectForm | null, device: DeviceName, labels: Readonly<Record<string, string>>): boolean {
  const fed = form?.feeds;
  if (typeof fed !== 'object' || fed === null) return false;
  const { names, matchLabels = {} }: Selector = fed;
  if (names?.includes(device) === false) return false;
  return Object.entries(matchLabels).every(([name, value]) => labels[name] === value);
}

function endOf(ended: AuditRecord | null): Pick<ChangeRow, 'end' | 'endedAt'> {
  return { end: ended === null ? null : ended.action.slice('attempt.'.length), endedAt: ended?.at ?? null };
}

function latest(consents: readonly { readonly firstSeenAt: Instant }[]): Instant | null {
  return consents.length === 0 ? null : Math.max(...consents.map(({ firstSeenAt }) => firstSeenAt));
}

function seconds(from: Instant | null, to: Instant | null): number | null {
  return from === null || to === null ? null : Math.round((to - from) / 1000);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
