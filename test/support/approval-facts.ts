import { reasonsText } from '../../controller/policy/reason-text.ts';
import { expect } from 'vitest';
import type { GitRig, Person } from './git-rig.ts';

/** Why a device waits, after everything was looked at once more; nothing was written to it meanwhile. */
export async function waitsFor(rig: GitRig, device: string): Promise<string> {
  const before = rig.writes().filter((write) => write.startsWith(`${device} `));
  await rig.visited();
  const outcome = rig.controller.api.visitOf(device)?.outcome;
  if (outcome?.kind !== 'Waiting') throw new Error(`${device} does not wait but is ${outcome?.kind}`);
  expect(rig.writes().filter((write) => write.startsWith(`${device} `))).toEqual(before);
  expect(outcome.reasons.map(({ code }) => code)).toContain('ApprovalMissing');
  return reasonsText(outcome.reasons);
}

/** The commit is no approval: it is told why, where people look and in the audit. */
export async function expectDisregarded(rig: GitRig, commit: string, person: Person, why: string): Promise<void> {
  const told = await rig.status();
  expect(told).toContain('Not counted as an approval');
  expect(told).toContain(commit.slice(0, 12));
  expect(told).toContain(person);
  expect(told.replaceAll(/\s+/g, ' ')).toContain(why);
  const audited = (await rig.audited('approval.refused')).filter((detail) => detail['commit'] === commit);
  expect(audited).toEqual([expect.objectContaining({ person, reason: expect.stringContaining(why) })]);
}
