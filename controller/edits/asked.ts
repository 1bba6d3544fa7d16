import { rfc8785Json } from '#canonical-json';
import { fieldsOf, matchOf, type Menu, type Row, rowsOf, type Section, SECTIONS, sectionParts } from '#routeros';
import { API_VERSION, nearestName, SECTION_NAMES, type SectionName, validateDocument } from '#schemas';
import { pathText } from '../desired/diagnostic.ts';
import { type ChangeIntent, type ChangeRefusal, INTENT_LIMITS, Refused, refused } from './intent.ts';
import { isFields } from './yaml-value.ts';

type Item = Readonly<Record<string, unknown>>;

/** A field of settings that is to say this; null: nothing more. */
export interface AskedSetting {
  readonly is: 'setting';
  /** `set.servers` */
  readonly at: string;
  readonly field: string;
  readonly menu: Menu;
  readonly property: string;
  readonly value: unknown;
  /** In the router's words; null: it is declared no more. */
  readonly text: string | null;
}

/** An item that comes, goes or changes. */
export interface AskedItem {
  readonly is: 'add' | 'change' | 'remove';
  /** `add[0]` */
  readonly at: string;
  readonly part: Section;
  readonly item: Item;
  /** What of it tells it from others, in the router's words. */
  readonly match: Row;
  /** Fields that change, with their values in YAML; null: declared no more. */
  readonly fields: Item;
  /** The same in the router's words, but for entries and for what is declared no more. */
  readonly texts: Row;
}

/** One thing that is asked for. */
export type Asked = AskedSetting | AskedItem;

/** What an intent asks for, part by part, each checked by itself. */
export interface AskedChange {
  readonly section: SectionName;
  readonly parts: readonly Asked[];
}

/** @throws {Refused} with all that is wrong with the words and values of the intent. */
export function askedIn(intent: ChangeIntent): AskedChange {
  const name = sectionNamed(intent.section);
  checkSize(intent);
  const section = SECTIONS[name];
  const parts = section.shape === 'settings' ? settingsIn(section, intent) : itemsIn(section, intent);
  if (parts.length === 0) throw refused('BadIntent', 'set', 'nothing is asked for', 'say what to set, add or remove');
  if (parts.length > INTENT_LIMITS.parts) {
    const message = `more than ${String(INTENT_LIMITS.parts)} fields and items at once`;
    throw refused('BadIntent', 'add', message, 'divide it, or change the files by hand');
  }
  return { section: name, parts };
}

const OTHER_KINDS = ['RouterDevice', 'Roster', 'ApprovalPolicy', 'RolloutPolicy'];

function sectionNamed(given: string): SectionName {
  const known = SECTION_NAMES.find((name) => name === given);
  if (known !== undefined) return known;
  const nearest = nearestName(given, SECTION_NAMES);
  const hint = OTHER_KINDS.includes(given)
    ? 'only sections of RouterConfigs are proposed; devices, the roster and policies are changed by people'
    : nearest === undefined
      ? undefined
      : `did you mean ${nearest}?`;
  const message = `there is no section ${JSON.stringify(given)}`;
  const refusal: ChangeRefusal = { code: 'BadIntent', field: 'section', message, allowed: SECTION_NAMES };
  throw new Refused([hint === undefined ? refusal : { ...refusal, hint }]);
}

function checkSize({ reason, ...intent }: ChangeIntent): void {
  if (reason.trim() === '' || reason.length > INTENT_LIMITS.reasonCharacters || !reason.isWellFormed()) {
    const message = `the reason must have 1 to ${String(INTENT_LIMITS.reasonCharacters)} characters`;
    throw refused('BadIntent', 'reason', message);
  }
  if (textOf(intent).length > INTENT_LIMITS.characters)
    throw refused('BadIntent', '', 'the intent is too long', 'divide it, or change the files by hand');
}

/** @throws {Refused} for texts with half a character, which have no canonical form. */
function textOf(intent: object): string {
  try {
    return rfc8785Json(intent);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw refused('BadIntent', '', `it is no plain JSON: ${error.message}`);
  }
}

function settingsIn(section: Section, { set = {}, add, remove = [] }: ChangeIntent): readonly Asked[] {
  if (add !== undefined) {
    const hint = 'write set, with all values of a field that is a list';
    throw refused('BadIntent', 'add', `${section.name} is no list`, hint);
  }
  if (!isFields(set)) throw refused('BadIntent', 'set', 'set must be a mapping of fields');
  if (!isTexts(remove)) throw refused('BadIntent', 'remove', 'remove must be a list of names of fields');
  checkValues(section, 'set', set, set);
  const read = fieldsOf(section, set);
  if ('faults' in read) throw faultsAt('set', read.faults);
  const asked = (field: string, at: string, value: unknown): AskedSetting => {
    const own = section.menus.find(({ properties }) => Object.hasOwn(properties, field));
    const property = own?.properties[field];
    if (own === undefined || property === undefined) throw unknownField(section, field, at);
    const text = value === null ? null : (read.fields[property] ?? '');
    return { is: 'setting', at, field, menu: own.menu, property, value, text };
  };
  return [
    ...Object.entries(set).map(([field, value]) => asked(field, `set.${field}`, value)),
    ...remove.map((field, index) => asked(field, `remove[${String(index)}]`, null)),
  ];
}

function unknownField(section: Section, field: string, at: string): Refused {
  const message = `${section.name} has no field ${JSON.stringify(field)}`;
  return new Refused([{ code: 'BadIntent', field: at, message, allowed: Object.keys(section.fields) }]);
}

function itemsIn(section: Section, intent: ChangeIntent): readonly Asked[] {
  return sectionParts(section).flatMap((part): readonly AskedItem[] => [
    ...itemsOf(section, part, 'set', intent.set).map(({ at, item }) => changeIn(part, at, item)),
    ...itemsOf(section, part, 'add', intent.add).map(({ at, item }) => additionIn(part, at, item)),
    ...itemsOf(section, part, 'remove', intent.remove).map(({ at, item }) => removalIn(part, at, item)),
  ]);
}

interface ItemAt {
  readonly at: string;
  readonly item: Item;
}

function itemsOf(section: Section, part: Section, word: string, given: unknown): readonly ItemAt[] {
  if (given === undefined) return [];
  if (section.lists !== undefined) {
    if (!isFields(given)) throw refused('BadIntent', word, `${word} must be a mapping of the lists of ${section.name}`);
    const unknown = Object.keys(given).find((list) => !Object.hasOwn(section.lists ?? {}, list));
    if (unknown !== undefined) {
      const message = `${section.name} has no list ${JSON.stringify(unknown)}`;
      throw new Refused([{ code: 'BadIntent', field: word, message, allowed: Object.keys(section.lists) }]);
    }
    const items = part.list !== undefined && Object.hasOwn(given, part.list) ? given[part.list] : [];
    return listed(`${word}.${String(part.list)}`, items);
  }
  return listed(word, given);
}

function listed(at: string, items: unknown): readonly ItemAt[] {
  if (!Array.isArray(items) || !items.every(isFields))
    throw refused('BadIntent', at, `${at} must be a list of items`, 'write each item as a mapping of its fields');
  return items.map((item, index) => ({ at: `${at}[${String(index)}]`, item }));
}

function additionIn(part: Section, at: string, item: Item): AskedItem {
  checkValues(part, at, item, item, 'whole');
  const read = rowsOf(part, item);
  if ('faults' in read) throw faultsAt(at, read.faults);
  const fields = read.rows[0]?.fields ?? {};
  return { is: 'add', at, part, item, match: matchOf(part.menus[0].menu, fields), fields: item, texts: fields };
}

function removalIn(part: Section, at: string, item: Item): AskedItem {
  const change = changeIn(part, at, item, 'remove');
  const [extra] = Object.keys(change.fields);
  if (extra === undefined) return change;
  throw refused('BadIntent', `${at}.${extra}`, `${extra} does not tell items of ${part.name} apart`, 'leave it out');
}

function changeIn(part: Section, at: string, given: Item, is: 'change' | 'remove' = 'change'): AskedItem {
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  checkValues(part, at, given, said);
  const read = fieldsOf(part, said);
  if ('faults' in read) throw faultsAt(at, read.faults);
  const [{ menu, properties }] = part.menus;
  const isMatch = (field: string): boolean => menu.match.includes(properties[field] ?? '');
  const match = Object.fromEntries(Object.entries(read.fields).filter(([property]) => menu.match.includes(property)));
  const fields = Object.fromEntries(Object.entries(given).filter(([field]) => !isMatch(field)));
  const item = Object.fromEntries(Object.entries(said).filter(([field]) => isMatch(field)));
  const telling = Object.keys(properties).filter(isMatch);
  if (Object.keys(match).length === 0) {
    const message = `it does not say which item: ${part.name} tells them apart by ${telling.join(', ')}`;
    throw new Refused([{ code: 'BadIntent', field: at, message, allowed: telling }]);
  }
  if (is === 'change' && Object.keys(fields).length === 0) {
    const hint = `what tells items apart (${telling.join(', ')}) is changed by removing one and adding another`;
    throw refused('BadIntent', at, 'it says which item, and nothing to change of it', hint);
  }
  const texts = Object.fromEntries(Object.entries(read.fields).filter(([property]) => !menu.match.includes(property)));
  return { is, at, part, item, match, fields, texts };
}

/** By the section's schema. @param whole `whole`: what an item must have is asked for, too. */
function checkValues(part: Section, at: string, given: Item, said: Item, whole?: 'whole'): void {
  const unknown = Object.keys(given).find((field) => !Object.hasOwn(part.fields, field));
  if (unknown !== undefined) {
    const nearest = nearestName(unknown, Object.keys(part.fields));
    const message = `${part.name} has no field ${JSON.stringify(unknown)}`;
    const hint = nearest === undefined ? {} : { hint: `did you mean ${nearest}?` };
    const allowed = Object.keys(part.fields);
    throw new Refused([{ code: 'BadIntent', field: `${at}.${unknown}`, message, allowed, ...hint }]);
  }
  const isList = part.shape === 'list';
  const value = isList ? [said] : said;
  const place = ['spec', part.name, ...(part.list === undefined ? [] : [part.list]), ...(isList ? [0] : [])];
  const validation = validateDocument({
    apiVersion: API_VERSION,
    kind: 'RouterConfig',
    metadata: { name: 'asked' },
    spec: { selector: {}, priority: 0, [part.name]: part.list === undefined ? value : { [part.list]: value } },
  });
  if (validation.valid) return;
  const faults = validation.faults
    .filter(({ missing }) => missing === undefined || whole !== undefined)
    .map(({ path, message, hint, missing }): ChangeRefusal => {
      const below = [...path.slice(place.length), ...(missing === undefined ? [] : [missing])];
      const field = below.length === 0 ? at : `${at}${typeof below[0] === 'number' ? '' : '.'}${pathText(below)}`;
      return { code: 'BadIntent', field, message, ...(hint === undefined ? {} : { hint }) };
    });
  if (faults.length > 0) throw new Refused(faults);
}

function faultsAt(
  at: string,
  faults: readonly { field: string; index?: number; within?: string; message: string; hint?: string }[],
): Refused {
  return new Refused(
    faults.map(({ field, index, within, message, hint }): ChangeRefusal => {
      const place = [field, ...(index === undefined ? [] : [index]), ...(within === undefined ? [] : [within])];
      return { code: 'BadIntent', field: `${at}.${pathText(place)}`, message, ...(hint === undefined ? {} : { hint }) };
    }),
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
