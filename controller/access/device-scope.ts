import { type Faults, type Field, fieldsOf, textOf, textsOf } from './checked-fields.ts';
import type { DeviceScope } from './rights.ts';

/** Devices as the operator's file and headers name them. An empty selector is a fault: everything is `all: true`. */
export function deviceScopeOf(field: Field | undefined, faults: Faults): DeviceScope {
  const fields = field === undefined ? null : fieldsOf(field, faults, [], ['all', 'names', 'matchLabels']);
  if (field === undefined || fields === null) return NONE;
  const { all, names, matchLabels } = fields;
  if (Object.keys(fields).length !== 1) {
    faults.add(field.path, 'must have one of all, names and matchLabels; for every device all: true');
    return NONE;
  }
  if (all !== undefined) {
    if (all.value !== true) faults.add(all.path, 'must be true');
    return { all: true };
  }
  if (names !== undefined) return { names: [...textsOf(names, faults, 'each must be the name of a device')] };
  return { matchLabels: labelsOf(matchLabels as Field, faults) };
}

/** What a selector with a fault means. */
const NONE: DeviceScope = { names: [] };

function labelsOf({ value, path }: Field, faults: Faults): Readonly<Record<string, string>> {
  const what = 'must have at least one label with its value, a text';
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0) {
    faults.add(path, what);
    return {};
  }
  return Object.fromEntries(
    Object.entries(value).map(([label, text]: [string, unknown]) => [
      label,
      textOf({ value: text, path: [...path, label] }, faults, 'must be a text; put it in quotes'),
    ]),
  );
}
