import { type ApprovalPolicy, nearestName, type Person, type RouterDevice } from '#schemas';
import type { Diagnostic } from './diagnostic.ts';
import type { Located } from './inventory.ts';
import { duplicateNames, faultAt } from './report.ts';
import { selects } from './selector.ts';

type Approval = Located<ApprovalPolicy>;
type Device = Located<RouterDevice>;

/**
 * Faults of ApprovalPolicies. `people` is null while a document with faults may name more: then nobody is looked up.
 */
export function approvalPolicyFaults(
  policies: readonly Approval[],
  devices: readonly Device[],
  people: readonly Person[] | null,
): readonly Diagnostic[] {
  return [
    ...duplicateNames(policies),
    ...policies.flatMap((policy) =>
      policy.document.spec.auto === true ? automaticFaults(policy, devices) : approverFaults(policy, people),
    ),
  ];
}

function automaticFaults(policy: Approval, devices: readonly Device[]): readonly Diagnostic[] {
  const { spec } = policy.document;
  const faults = (['approvers', 'required', 'excludeAuthors', 'expiresAfterHours'] as const)
    .filter((field) => spec[field] !== undefined)
    .map((field) => faultAt(policy, ['spec', field], 'has no effect beside "auto: true"', 'remove one of the two'));
  const { matchLabels, names } = spec.selector;
  const path = ['spec', 'auto'];
  const guarded = devices.filter(
    (device) => device.document.spec.environment !== 'lab' && selects(spec.selector, device.document),
  );
  if (guarded.length > 0) {
    const list = guarded.map((device) => `"${device.name}"`).join(', ');
    const message = `automatic approval is for lab devices only; the selector also means ${list}`;
    return [...faults, faultAt(policy, path, message, 'select "matchLabels: {environment: lab}"')];
  }
  // Without a device that it means today the selector could still mean one that is added tomorrow.
  if (names === undefined && matchLabels?.['environment'] !== 'lab') {
    const message = 'automatic approval needs a selector that can match nothing but lab devices';
    return [...faults, faultAt(policy, path, message, 'add "environment: lab" to spec.selector.matchLabels')];
  }
  return faults;
}

function approverFaults(policy: Approval, people: readonly Person[] | null): readonly Diagnostic[] {
  const path = ['spec', 'approvers'];
  const { approvers, required = 1 } = policy.document.spec;
  const named = approvers?.people ?? [];
  const roles = approvers?.roles ?? [];
  if (named.length === 0 && roles.length === 0) {
    const hint = 'name people or roles in spec.approvers; lab devices may use "auto: true"';
    return [faultAt(policy, approvers === undefined ? ['spec'] : path, 'nobody could approve', hint)];
  }
  if (people === null) return [];
  const known = people.map((person) => person.name);
  const faults = named.flatMap((name, index) => {
    const at = [...path, 'people', index];
    const person = people.find((each) => each.name === name);
    if (person !== undefined) {
      if (mayApprove(person)) return [];
      const message = `${JSON.stringify(name)} may not approve: the Roster gives neither the role approver nor policy`;
      return [faultAt(policy, at, message, 'give the role in the Roster, or name somebody else')];
    }
    const nearest = nearestName(name, known);
    const hint = nearest === undefined ? 'add the person to the Roster' : `did you mean "${nearest}"?`;
    return [faultAt(policy, at, `${JSON.stringify(name)} is not in the Roster`, hint)];
  });
  const able = people.filter(
    (person) => named.includes(person.name) || person.roles.some((role) => roles.some((wanted) => wanted === role)),
  );
  if (faults.length === 0 && able.length < required) {
    const message = `needs ${String(required)} people, but the Roster has only ${String(able.length)} who may approve`;
    faults.push(faultAt(policy, ['spec', 'required'], message, 'lower it, or give more people the role'));
  }
  return faults;
}

/** Being named in a policy gives nobody a say whom the Roster gives none. */
function mayApprove({ roles }: Person): boolean {
  return roles.includes('approver') || roles.includes('policy');
}
