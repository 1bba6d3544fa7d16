import { text } from '../kinds/kind.ts';
import type { MenuSpec } from '../model/state.ts';

/** /system/identity (routeros-rest.md §5.13). */
export const identity: MenuSpec = {
  path: '/system/identity',
  shape: 'settings',
  noun: 'system identity',
  source: 'routeros-rest.md §5.13',
  fields: { name: { kind: text, default: 'MikroTik' } },
  initial: (router) => [{ name: router.facts.name }],
};
