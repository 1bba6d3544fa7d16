import type { Codec, Field, Menu } from '../catalogue/menu.ts';
import { booleanCodec } from '../values/boolean.ts';
import { durationCodec } from '../values/duration.ts';
import { macCodec } from '../values/mac.ts';
import type { Column, Columns, ColumnType, ReadableMenu } from './readable-menu.ts';

/** What the catalogue does not say of a menu that a section manages. */
interface Told extends Pick<ReadableMenu, 'title' | 'words' | 'freshness' | 'manyRows'> {
  /** Types and units where the codec does not tell: mostly of read-only columns. */
  readonly types?: Columns;
  /** Columns that are no secret where people declare them, and are not asked for all the same. */
  readonly withheld?: readonly string[];
}

/**
 * A menu that a section manages, for readers: columns, match, versions and secrets are those of the catalogue.
 * @throws {RangeError} for a column that the catalogue does not have: a mistake in this folder.
 */
export function managed(menu: Menu, { types = {}, withheld = [], ...told }: Told): ReadableMenu {
  const stray = [...Object.keys(types), ...withheld].filter((name) => menu.fields[name] === undefined);
  if (stray.length > 0) throw new RangeError(`${menu.path} has no ${stray.join(', ')}`);
  const columns = Object.entries(menu.fields).map(([name, field]): [string, Column] => [
    name,
    { ...columnOf(field), ...types[name], ...(withheld.includes(name) ? { secret: true } : {}) },
  ]);
  return {
    path: menu.path,
    shape: menu.shape,
    ...told,
    columns: Object.fromEntries(columns),
    match: menu.match,
    skipWhen: menu.skipWhen,
    ...(menu.since === undefined ? {} : { since: menu.since }),
    ...(menu.comesWith === undefined ? {} : { comesWith: menu.comesWith }),
    source: menu.source,
  };
}

/** What is read-only there is state: no configuration. */
function columnOf({ codec, readOnly, secret, since, until, default: byDefault }: Field): Column {
  return {
    type: typeOf(codec),
    ...(readOnly === undefined ? {} : { readOnly, volatile: true }),
    ...(secret === undefined ? {} : { secret }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(byDefault === undefined ? {} : { default: byDefault }),
  };
}

const TYPES: ReadonlyMap<Codec, ColumnType> = new Map<Codec, ColumnType>([
  [booleanCodec, 'flag'],
  [durationCodec, 'duration'],
  [macCodec, 'mac'],
]);

function typeOf(codec: Codec): ColumnType {
  if (codec.isList === true) return 'list';
  return TYPES.get(codec) ?? (codec.isNumber === true ? 'number' : 'text');
}
