import type { Caller, Properties } from '../model/console.ts';
import type { Menu, RouterState, StoredRow } from '../model/state.ts';
import { tableOf } from './table.ts';

/**
 * Every row of the menu as REST prints it to this caller, live rows after the stored ones. `asked`: what the caller will
 * keep of them, so that nobody counts what nobody sees.
 */
export function printedRows(
  router: RouterState,
  menu: Menu,
  caller: Caller,
  asked?: ReadonlySet<string>,
): readonly Properties[] {
  const stored = tableOf(router, menu.path).rows.map((row) => printedRow(router, menu, row, caller, asked));
  const live = menu.spec.live?.(router) ?? [];
  return live.length === 0 ? stored : [...stored, ...live];
}

/** One stored row: presence rules of routeros-rest.md §3.2, keys in REST's order. */
export function printedRow(
  router: RouterState,
  menu: Menu,
  row: StoredRow,
  caller: Caller,
  asked?: ReadonlySet<string>,
): Properties {
  const computed = withCounters(router, menu, row, asked);
  const printed: Properties = menu.spec.shape === 'settings' ? {} : { '.id': row.id };
  for (const name of menu.printed) {
    const field = menu.fields.get(name);
    const value = computed?.[name] ?? row.values[name] ?? field?.default;
    if (field === undefined || value === undefined) {
      continue;
    }
    if (field.sensitive === true && !caller.policies.has('sensitive')) {
      continue;
    }
    const show = field.show ?? (field.default === undefined ? 'set' : 'always');
    if (
      (show === 'true' && value !== 'true') ||
      (show === 'set' && computed?.[name] === undefined && row.values[name] === undefined)
    ) {
      continue;
    }
    printed[name] = value;
  }
  return menu.spec.finish?.(printed, router) ?? printed;
}

function withCounters(
  router: RouterState,
  { spec }: Menu,
  row: StoredRow,
  asked: ReadonlySet<string> | undefined,
): Properties | undefined {
  const computed = spec.computed?.(router, row);
  const { counters } = spec;
  if (counters === undefined || router.facts.surroundings === undefined) {
    return computed;
  }
  const counts = asked === undefined || !counters.names.isDisjointFrom(asked);
  return counts ? { ...computed, ...counters.at(router, row) } : computed;
}
