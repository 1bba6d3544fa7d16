import type { OutputOf } from '#controller/operations';
import type { Cell } from '../cell.ts';
import { changeRow } from './change-rows.ts';

/** What a change would do, as the service tells it. */
export type Preview = OutputOf<'previewChange'>;

/** What is told of the whole. */
export type Facts = Readonly<Record<string, Cell | readonly Cell[]>>;

/** What is told of a change as a whole. */
export function previewFacts(preview: Preview): Facts {
  const { base, files, places, targets, changes, unreached, fleetPlanId, plans, inSync, unread, notes } = preview;
  const approvers = plans.flatMap((plan) => plan.approvers);
  const people = approvers.map(({ policy, who, people: named, excludesAuthors, auto }) =>
    [
      `${policy}: ${auto ? 'by itself' : who}`,
      ...(auto ? [] : [named === null ? 'nobody in a folder' : named.join(' or ') || 'nobody there is']),
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
export function previewTable({ plans, groups, files }: Preview) {
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

/** The lines of files that change. */
export function diffTable(files: Preview['files']) {
  const rows = files.flatMap(({ file, patch }) =>
    patch
      .split('\n')
      .filter((line, index, lines) => line !== '' || index < lines.length - 1)
      .map((line): readonly Cell[] => ['diff', null, file, line]),
  );
  return { columns: COLUMNS, rows };
}
