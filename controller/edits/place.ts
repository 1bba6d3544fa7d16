import { createHash } from 'node:crypto';
import { rfc8785Json } from '#canonical-json';
import type { Selector } from '#schemas';
import { foldedName } from '../desired/folded-name.ts';
import type { FieldPath } from '../desired/diagnostic.ts';
import type { LocatedConfig, LocatedInventory } from '../desired/inventory.ts';
import { selects } from '../desired/selector.ts';
import type { AskedChange } from './asked.ts';
import { type ChangeIntent, type ChangeScope, type Refused, refused } from './intent.ts';
import type { PathEdit } from './node-change.ts';
import { priorityAbove, priorityOf, type Reach } from './reach.ts';
import { configNamed, type Targets } from './targets.ts';

/** A RouterConfig that is to be made. */
export interface MadeConfig {
  readonly name: string;
  readonly file: string;
  readonly priority: number;
  readonly selector: Selector;
}

/** Where something is said: in a RouterConfig that is there, or in the one that is made. */
export type Home = LocatedConfig | 'made';

/** One edit, and why it stands where it does. */
export interface PlacedEdit extends PathEdit {
  /** Which part of the intent it is for. */
  readonly at: string;
  readonly home: Home;
  readonly why: string;
}

/** Where a change may be said. */
export interface Placing {
  readonly section: AskedChange['section'];
  readonly reach: Reach;
  /** The RouterConfig in which it is said whatever else there is; null: where it fits. */
  readonly said: Home | null;
  readonly whySaid: string;
  /** Null: no RouterConfig can be stronger than those that are there. */
  readonly made: MadeConfig | null;
}

/** Where an intent's edits may go. @throws {Refused} `UnknownConfig`, `BadIntent` */
export function placingOf(
  inventory: LocatedInventory,
  files: readonly string[],
  intent: ChangeIntent,
  {
    section,
    reach,
    targets,
    scope,
  }: Pick<Placing, 'section' | 'reach'> & { readonly targets: Targets; readonly scope: ChangeScope },
): Placing {
  const { where } = intent;
  if (targets.config !== null && where !== undefined)
    throw refused('BadIntent', 'where', 'whom names a RouterConfig already: that is where it is said');
  if (targets.config !== null)
    return { section, reach, said: targets.config, whySaid: 'the change is for all that it means', made: null };
  const named = where !== undefined && 'newConfig' in where ? where.newConfig : null;
  const made = madeConfig(inventory, files, intent, reach, named);
  if (where === undefined) return { section, reach, said: null, whySaid: '', made };
  const said = 'config' in where ? configNamed(inventory, where.config, 'where.config', scope) : 'made';
  if (said === 'made' && made === null) throw notStronger('where.newConfig');
  return { section, reach, said, whySaid: 'as was asked', made };
}

const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

function madeConfig(
  inventory: LocatedInventory,
  files: readonly string[],
  intent: ChangeIntent,
  reach: Reach,
  named: string | null,
): MadeConfig | null {
  const priority = priorityAbove(reach);
  if (priority === null) return null;
  const selector = selectorOf(inventory, intent, reach);
  const isFree = (name: string): boolean =>
    inventory.configs.every((config) => config.name !== name) && files.every((file) => !isTaken(fileOf(name), file));
  if (named !== null && !NAME.test(named)) {
    const hint = 'lower-case letters, digits and hyphens, at most 63, a letter or digit at both ends';
    throw refused('BadIntent', 'where.newConfig', 'it is no name of a RouterConfig', hint);
  }
  if (named !== null && !isFree(named))
    throw refused('BadIntent', 'where.newConfig', `${named} is taken`, 'choose another name');
  const name = named ?? nameFor(selector, isFree);
  return { name, file: fileOf(name), priority, selector };
}

function fileOf(name: string): string {
  return `configs/proposals/${name}.yaml`;
}

/** Whether another file has this path, or one of the folders on the way to it, as some machine reads names. */
function isTaken(path: string, by: string): boolean {
  const [own, other] = [path.split('/'), by.split('/')];
  const alike = own.findIndex((name, at) => foldedName(name) !== foldedName(other[at] ?? ''));
  if (alike < 0) return true;
  return own.slice(0, alike).some((name, at) => name !== other[at]);
}

/** What the intent says, where that means nobody else; else the devices by name. */
function selectorOf(inventory: LocatedInventory, { whom }: ChangeIntent, { devices }: Reach): Selector {
  const names = [...devices].toSorted();
  if (!('selector' in whom)) return { names };
  const all = [...inventory.devices.values()].filter(({ document }) => selects(whom.selector, document));
  return all.length === devices.size ? whom.selector : { names };
}

/** The same for the same devices, as long as nobody else has it. */
function nameFor(selector: Selector, isFree: (name: string) => boolean): string {
  const { names = [], matchLabels = {} } = selector;
  const [only, ...others] = names;
  const labels = Object.entries(matchLabels)
    .flat()
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-');
  const words = only === undefined ? labels || 'all' : others.length === 0 ? only : '';
  const digest = createHash('sha256').update(rfc8785Json(selector)).digest('hex');
  const plain = `proposed-${words}`;
  if (words !== '' && NAME.test(plain) && isFree(plain)) return plain;
  for (let length = 8; length < digest.length; length += 1) {
    const name = `proposed-${digest.slice(0, length)}`;
    if (isFree(name)) return name;
  }
  throw refused('CannotBeWritten', 'where', 'no name is free for a RouterConfig', 'say where: where.newConfig');
}

/** What gives a value now, and what is asked of the RouterConfig that is to give it. */
export interface Wish {
  readonly at: string;
  /** Of each device, the strongest RouterConfig that gives it; undefined: none does. */
  readonly givers: readonly (LocatedConfig | undefined)[];
  /** Whether a RouterConfig is nearer at hand than others of the same devices. */
  readonly isNear: (config: LocatedConfig) => boolean;
}

/**
 * The RouterConfig that gives a value to exactly these devices, or one of exactly these devices that is stronger than
 * all that give it. @throws {Refused} `NoStrongerPlace`
 */
export function homeFor(
  { reach, said, whySaid, made }: Placing,
  { at, givers, isNear }: Wish,
): { readonly home: Home; readonly why: string } {
  if (said !== null) return { home: said, why: whySaid };
  const [giver, ...others] = new Set(givers);
  if (giver !== undefined && others.length === 0 && reach.exact.has(giver))
    return { home: giver, why: 'it gives the value to exactly these devices' };
  const known = [...new Set(givers)].flatMap((each) => each ?? []);
  const strength = Math.max(-1, ...known.map(priorityOf));
  const fitting = reach.configs.filter((config) => reach.exact.has(config) && priorityOf(config) > strength);
  const home = fitting.find(isNear) ?? fitting[0] ?? made;
  if (home === null || (home === made && made.priority <= strength)) throw notStronger(at);
  const because = whyElsewhere(reach, known);
  if (home === made)
    return { home: 'made', why: `${because}, and no stronger RouterConfig means exactly these devices` };
  return { home: home as LocatedConfig, why: `${because}; this one means exactly these devices` };
}

function notStronger(at: string): Refused {
  const hint = 'lower the priority of the RouterConfigs that give it, by hand';
  return refused('NoStrongerPlace', at, 'no RouterConfig can be stronger than those that give the value', hint);
}

function whyElsewhere({ wider }: Reach, givers: readonly LocatedConfig[]): string {
  const [first, ...others] = givers;
  if (first === undefined) return 'no RouterConfig gives the value yet';
  if (others.length > 0) return 'several RouterConfigs give the value';
  return wider.has(first)
    ? `${first.name} gives the value to other devices, too`
    : `${first.name} gives the value to some of them`;
}

/**
 * That each of these is of these devices alone, so that what goes there goes for nobody else. @throws {Refused}
 * `DeclaredForOthers`
 */
export function mustBeOwn(
  { reach, said }: Placing,
  at: string,
  declaring: readonly LocatedConfig[],
  path: (config: LocatedConfig) => FieldPath,
): readonly LocatedConfig[] {
  if (said !== null) return declaring.filter((config) => config === said);
  const shared = declaring.find((config) => reach.wider.has(config));
  if (shared === undefined) return declaring;
  const place = shared.locate(path(shared));
  const where = 'object' in place ? place.object : `${place.file}:${String(place.line)}`;
  const message = `${shared.name} (${where}) declares it for other devices, too, and nothing can take it back for some`;
  const hint = `change it for all of them: whom {config: ${shared.name}}; or set another value`;
  throw refused('DeclaredForOthers', at, message, hint);
}
