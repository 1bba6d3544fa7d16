import { Failure } from '#failure';
import { fitsJson, type Row, type Version } from '#routeros';
import {
  columnsOf,
  FRESHNESS_SECONDS,
  READABLE,
  type ReadableMenu,
  sizeClassOf,
  splitFilters,
} from '#routeros/readable';
import { nearestName } from '#schemas';

/** What somebody wants to know of one menu of one router. */
export interface MenuQuestion {
  /** `/ip/dhcp-server/lease`. */
  readonly menu: string;
  /** Absent: all that there are. */
  readonly columns?: readonly string[] | undefined;
  /** `COLUMN=VALUE` each; a row has to hold all of them. */
  readonly where?: readonly string[] | undefined;
  /** How old an answer may be; never more than what counts as fresh for this menu. */
  readonly maxAgeSeconds?: number | undefined;
  /** How many rows at once. */
  readonly limit: number;
  /** Where an earlier answer ended. */
  readonly cursor?: string | undefined;
}

/** The same, understood for a router of one version. */
export interface Understood {
  readonly menu: ReadableMenu;
  readonly columns: readonly string[];
  /** Filters for the router itself, and those that are looked at here. */
  readonly router: Row;
  readonly here: Row;
  readonly maxAgeMs: number;
}

/** Nobody may have a router asked more often. */
const LEAST_AGE_SECONDS = 2;

/** @throws {Failure} `NotFound` for a menu that people can not read, with the nearest one. */
export function readableMenu(path: string): ReadableMenu {
  const menu = READABLE.get(path as ReadableMenu['path']);
  if (menu !== undefined) return menu;
  const nearest = nearestName(path, [...READABLE.keys()]);
  const hint = nearest === undefined ? '"rosctl read DEVICE" shows those there are.' : `Did you mean ${nearest}?`;
  throw new Failure('NotFound', `There is no menu ${JSON.stringify(path)} to be read. ${hint}`, { field: 'menu' });
}

/** @throws {Failure} `BadRequest` for a column that the menu does not have there, and `TooLarge`. */
export function understood(question: MenuQuestion, menu: ReadableMenu, version: Version): Understood {
  const known = columnsOf(menu, version);
  for (const column of question.columns ?? []) mustBeKnown(menu, known, column, 'columns');
  const filters = filtersIn(question.where ?? []);
  const { router, here, unknown } = splitFilters(menu, version, filters);
  for (const column of unknown) mustBeKnown(menu, known, column, 'where');
  // What is no ASCII is looked at here: nobody knows how the router would read it in a request.
  const plain = Object.entries(router).filter(([name, value]) => fitsJson({ [name]: value }));
  const asked = Object.fromEntries(plain);
  const looked = { ...here, ...Object.fromEntries(Object.entries(router).filter(([name]) => !(name in asked))) };
  if (sizeClassOf(menu) === 'narrowed' && plain.length === 0 && Object.keys(looked).length > 0)
    throw tooLarge(menu, null);
  const fresh = FRESHNESS_SECONDS[menu.freshness];
  return {
    menu,
    columns: question.columns ?? known,
    router: asked,
    here: looked,
    maxAgeMs: Math.max(LEAST_AGE_SECONDS, Math.min(question.maxAgeSeconds ?? fresh, fresh)) * 1000,
  };
}

function filtersIn(where: readonly string[]): Row {
  return Object.fromEntries(
    where.map((filter) => {
      const at = filter.indexOf('=');
      if (at < 1)
        throw new Failure('BadRequest', `where must be COLUMN=VALUE, not ${JSON.stringify(filter)}.`, {
          field: 'where',
        });
      return [filter.slice(0, at), filter.slice(at + 1)] as const;
    }),
  );
}

function mustBeKnown({ path }: ReadableMenu, known: readonly string[], column: string, field: string): void {
  if (known.includes(column)) return;
  const nearest = nearestName(column, known);
  const hint = nearest === undefined ? `It has ${known.join(', ')}.` : `Did you mean ${nearest}?`;
  throw new Failure('BadRequest', `${path} has no column ${JSON.stringify(column)} to be read. ${hint}`, { field });
}

/** @param count how many rows there are; null: the menu is never read so. */
export function tooLarge({ path, manyRows }: ReadableMenu, count: number | null): Failure {
  const filters = (manyRows?.filters ?? []).map((name) => `${name}=…`).join(', ');
  const why = count === null ? 'is never read whole' : `holds ${count} rows, more than are read at once`;
  return new Failure('TooLarge', `${path} ${why}. The router itself finds rows by ${filters}.`, { field: 'where' });
}
