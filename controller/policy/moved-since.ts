import { isDeepStrictEqual } from 'node:util';
import type { PlanBody } from '#differ';

/** What makes two plans of one device differ, of all that an id is made of. */
const PARTS: readonly { readonly name: string; readonly of: (body: PlanBody) => unknown }[] = [
  { name: 'its RouterDevice or the router itself', of: ({ source, device }) => [source, device] },
  { name: 'its RolloutPolicy', of: ({ policyDigest }) => policyDigest },
  { name: 'what is asked of it', of: ({ operations }) => operations },
  { name: 'what the router holds', of: ({ touched }) => touched },
  { name: 'what is held back', of: ({ heldBack }) => heldBack },
  // It follows from the policy and from how much is changed.
  { name: 'how long its undo waits', of: ({ confirmWithinSeconds }) => confirmWithinSeconds },
];

/** Why an approval of one plan is none of the other, as a clause; `before` null: it is not known any more. */
export function movedSince(before: PlanBody | null, now: PlanBody): string {
  const parts = before === null ? [] : PARTS.filter(({ of }) => !isDeepStrictEqual(of(before), of(now)));
  const [first = { name: 'the router or what is asked of it' }, ...others] = parts;
  const rest = others.filter(({ name }) => name !== PARTS.at(-1)?.name).map(({ name }) => ` and ${name}`);
  return `${first.name}${rest.join('')} changed since`;
}
