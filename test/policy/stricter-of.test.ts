import { expect, it } from 'vitest';
import { deviceYaml, inventoryOf } from '#test/documents.ts';
import { stricterOf } from '../../controller/fleet/stricter-of.ts';
import { targetOf } from '../../controller/fleet/target-of.ts';
import type { Target } from '../../controller/fleet/target.ts';

const BASE = targetOf(inventoryOf({ 'r1.yaml': deviceYaml('r1') }), 'r1', 'git:x@1', 'rev-1') as Target;
const ROW = { menu: '/ip/dns/static', match: { name: 'a' } } as const;
const OTHER = { menu: '/ip/dns/static', match: { name: 'b' } } as const;

it('allows the menus that both allow, and protects the rows that either protects', () => {
  const one: Target = { ...BASE, allowedMenus: ['/ip/dns', '/ip/dhcp-server'], protectedRows: [ROW] };
  const next: Target = { ...BASE, allowedMenus: ['/ip/dns', '/ip/pool'], protectedRows: [{ ...ROW }, OTHER] };
  expect(stricterOf(one, next)).toMatchObject({ allowedMenus: ['/ip/dns'], protectedRows: [ROW, OTHER] });
  expect(stricterOf(next, one)).toMatchObject({ allowedMenus: ['/ip/dns'], protectedRows: [ROW, OTHER] });
});
