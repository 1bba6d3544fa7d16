import { createHash } from 'node:crypto';
import { rfc8785Json } from '#canonical-json';
import type { PlanId } from '#differ';
import type { KnownDocument } from '#schemas';
import type { Declared, Inventory } from '../desired/inventory.ts';
import type { DeviceName } from '../ports.ts';

/** What steers the controller; RouterConfigs are a part of it only where an ignore file newly hides or shows them. */
export type ControlKind = 'RouterDevice' | 'RouterConfig' | 'Roster' | 'ApprovalPolicy' | 'RolloutPolicy';

/** One object that is added (`before` null), removed (`after` null) or changed. */
export interface ControlChange {
  readonly kind: ControlKind;
  readonly name: string;
  /** `metadata` and `spec` as declared. */
  readonly before: unknown;
  readonly after: unknown;
}

/** All that a control plan's id is made of. */
export interface ControlBody {
  readonly source: string;
  /** Sorted by kind and name. */
  readonly changes: readonly ControlChange[];
}

/** The changes to inventory, roster and policies between the trusted head and a candidate. */
export interface ControlPlan {
  readonly id: PlanId;
  readonly body: ControlBody;
  /** Devices that are added, removed or changed. */
  readonly devices: readonly DeviceName[];
}

/**
 * The control plan that leads from one inventory to another; null: they steer alike. @param switched what an ignore file
 * newly hides or shows.
 */
export function controlPlanOf(
  source: string,
  before: Inventory,
  after: Inventory,
  switched: ReadonlySet<string> = new Set(),
): ControlPlan | null {
  const old = controlObjects(before, switched);
  const now = controlObjects(after, switched);
  const changed = [...new Set([...old.keys(), ...now.keys()])].toSorted().flatMap((key): readonly ControlChange[] => {
    const [was, is] = [old.get(key), now.get(key)];
    const [kind, name] = key.split(' ') as [ControlKind, string];
    if (was?.digest === is?.digest) return [];
    return [{ kind, name, before: contentOf(was), after: contentOf(is) }];
  });
  if (changed.length === 0) return null;
  const body: ControlBody = { source, changes: changed };
  return {
    id: controlPlanIdOf(body),
    body,
    devices: body.changes.filter(({ kind }) => kind === 'RouterDevice').map(({ name }) => name),
  };
}

/** SHA-256 over a domain prefix and RFC 8785 JSON of the body (approval.md §3). */
export function controlPlanIdOf(body: ControlBody): PlanId {
  const hash = createHash('sha256').update('routeros-gitops control plan v1\n').update(rfc8785Json(body));
  return `sha256:${hash.digest('hex')}`;
}

function controlObjects(
  inventory: Inventory,
  switched: ReadonlySet<string>,
): ReadonlyMap<string, Declared<KnownDocument>> {
  const objects: readonly Declared<KnownDocument>[] = [
    ...inventory.devices.values(),
    ...inventory.configs.filter(({ name }) => switched.has(`RouterConfig ${name}`)),
    ...(inventory.roster === null ? [] : [inventory.roster]),
    ...inventory.approvalPolicies,
    ...inventory.rolloutPolicies,
  ];
  return new Map(objects.map((object) => [`${object.document.kind} ${object.name}`, object]));
}

function contentOf(object: Declared<KnownDocument> | undefined): unknown {
  if (object === undefined) return null;
  const { metadata, spec } = object.document;
  return { metadata, spec };
}
