import { validateDocument } from '#schemas';
import { rowsOf } from '../sections/rows-of.ts';
import type { Section, SectionFault } from '../sections/section.ts';

/**
 * Everything that a RouterConfig would refuse of an item: by the section's own rules, or else by the schema, which knows
 * how much is too much.
 */
export function itemFaults(section: Section, item: Readonly<Record<string, unknown>>): readonly SectionFault[] {
  const result = rowsOf(section, item);
  if ('faults' in result) return result.faults;
  const { name, list } = section;
  const isList = section.shape === 'list';
  const declared = isList ? [item] : item;
  const validation = validateDocument({
    apiVersion: 'routeros-gitops.dev/v1alpha1',
    kind: 'RouterConfig',
    metadata: { name: 'imported' },
    spec: { selector: {}, priority: 0, [name]: list === undefined ? declared : { [list]: declared } },
  });
  if (validation.valid) return [];
  return validation.faults.map(({ path, message }) => {
    const [field = '', index, within] = path.slice((isList ? 3 : 2) + (list === undefined ? 0 : 1));
    return {
      field: String(field),
      ...(typeof index === 'number' ? { index } : {}),
      ...(within === undefined ? {} : { within: String(within) }),
      message: `${String(within ?? field)}: ${message}`,
    };
  });
}
