import { createHmac, type KeyObject } from 'node:crypto';
import type { DesiredMenu, DesiredState, SecretTerms } from '#differ';
import { menuOf, type MenuPath, type Row, secretRefIn } from '#routeros';
import { resolveSecret, type SecretBinding, type SecretDestination, type SecretSources } from '../credentials/index.ts';
import type { DeviceSession } from '../ports.ts';
import type { Vault } from './sealed-session.ts';

/** What one pass knows of secrets: seals, and behind them in memory alone the values. */
export interface PassSecrets {
  /** Null: there is no key to seal with, and no secret is read or written. */
  readonly vault: Vault | null;
  /** What is desired, with the seals of bound values in place of names. */
  readonly desired: DesiredState;
  readonly terms: SecretTerms;
}

/** What nobody can do anything about but the operator. */
const NO_KEY =
  'secrets are compared and written only by a controller with a key; set ROUTEROS_GITOPS_KEY or ROUTEROS_GITOPS_KEY_FILE';
const NOT_SENSITIVE =
  'the user of the controller can neither compare nor rotate secrets; give its group on the router the policy sensitive';

/** Looks up what the device's sections name, where it is bound for this router. */
export async function passSecrets(
  desired: DesiredState,
  destination: SecretDestination,
  bindings: readonly SecretBinding[],
  sources: SecretSources,
): Promise<PassSecrets> {
  const { key } = sources;
  if (key === null) return { vault: null, desired, terms: { because: NO_KEY, unbound: {} } };
  const seals = new Map<string, string>();
  const values = new Map<string, string>();
  const unbound: Record<string, string> = {};
  for (const name of secretNamesIn(desired)) {
    const value = await resolveSecret(bindings, name, destination, sources);
    if (typeof value === 'string') unbound[name] = value;
    else {
      const seal = sealOf(key, value.reveal());
      seals.set(name, seal);
      values.set(seal, value.reveal());
    }
  }
  const vault: Vault = {
    seal: (value) => sealOf(key, value),
    valueOf: (seal) => values.get(seal),
    values: [...values.values()],
  };
  return { vault, desired: withSeals(desired, seals), terms: { because: null, unbound } };
}

/**
 * The same terms once it is known whether the router shows secrets to this user: one that hides them looks like one that
 * has none. Not asked where none of these menus can hold any.
 */
export async function termsOn(
  session: DeviceSession,
  user: string,
  terms: SecretTerms,
  menus: readonly MenuPath[],
  signal: AbortSignal,
): Promise<SecretTerms> {
  if (terms.because !== null || !menus.some(holdsSecrets)) return terms;
  const users = await session.print('/user', ['name', 'group'], signal);
  const group = users.find((row) => row['name'] === user)?.['group'];
  const groups = await session.print('/user/group', ['name', 'policy'], signal);
  const policy = groups.find((row) => row['name'] === group)?.['policy'] ?? '';
  return policy.split(',').includes('sensitive') ? terms : { ...terms, because: NOT_SENSITIVE };
}

function sealOf(key: KeyObject, value: string): string {
  return createHmac('sha256', key).update(`routeros-gitops secret of a row v1\n${value}`).digest('hex');
}

function holdsSecrets(path: MenuPath): boolean {
  return Object.values(menuOf(path).fields).some(({ secret }) => secret === true);
}

/** The secrets that a device's sections name. */
export function secretNamesIn({ menus }: DesiredState): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [path, menu] of Object.entries(menus)) {
    if (menu.shape === 'settings' || !holdsSecrets(path as MenuPath)) continue;
    for (const { fields } of menu.rows) eachSecret(path as MenuPath, fields, (_, name) => void names.add(name));
  }
  return names;
}

/** The very same state where it names no secret that is bound. */
function withSeals(desired: DesiredState, seals: ReadonlyMap<string, string>): DesiredState {
  if (seals.size === 0) return desired;
  const menus = Object.entries(desired.menus).map(([path, menu]): [string, DesiredMenu] => {
    if (menu.shape === 'settings' || !holdsSecrets(path as MenuPath)) return [path, menu];
    const rows = menu.rows.map((row) => {
      const sealed: Record<string, string> = {};
      eachSecret(path as MenuPath, row.fields, (field, name) => {
        const seal = seals.get(name);
        if (seal !== undefined) sealed[field] = seal;
      });
      return { ...row, fields: { ...row.fields, ...sealed } };
    });
    return [path, { ...menu, rows }];
  });
  return { ...desired, menus: Object.fromEntries(menus) };
}

function eachSecret(path: MenuPath, fields: Row, visit: (field: string, name: string) => void): void {
  for (const [field, text] of Object.entries(fields)) {
    const name = menuOf(path).fields[field]?.secret === true ? secretRefIn(text) : null;
    if (name !== null) visit(field, name);
  }
}
