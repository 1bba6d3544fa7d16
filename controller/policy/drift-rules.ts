import { type MenuPath, sectionOfMenu } from '#routeros';
import { SECTION_NAMES, type SectionName } from '#schemas';
import type { DriftMode } from '../records/drift.ts';

/** What is done about drift in one section of one device. */
export interface DriftScope {
  readonly mode: DriftMode;
  /** Whether `correct` may delete rows. */
  readonly deletions: 'refuse' | 'allow';
}

/** What a RolloutPolicy says of drift on one device. */
export interface DriftRules {
  readonly usual: DriftScope;
  /** Sections of which a rule says something of its own. */
  readonly sections: Readonly<Partial<Record<SectionName, DriftScope>>>;
}

/** What is done about drift in one menu. */
export function driftScopeOf({ usual, sections }: DriftRules, menu: MenuPath): DriftScope {
  return sections[sectionOfMenu(menu)] ?? usual;
}

/**
 * The rules of before, held to what others will allow. Only `correct` lets anything be written; to look for drift no
 * more is for people to approve.
 */
export function stricterDrift(before: DriftRules, after: DriftRules): DriftRules {
  const sections = SECTION_NAMES.filter((name) => name in before.sections || name in after.sections);
  return {
    usual: stricter(before.usual, after.usual),
    sections: Object.fromEntries(
      sections.map((name) => [
        name,
        stricter(before.sections[name] ?? before.usual, after.sections[name] ?? after.usual),
      ]),
    ),
  };
}

function stricter(before: DriftScope, after: DriftScope): DriftScope {
  if (before.mode !== 'correct') return before;
  if (after.mode !== 'correct') return { mode: 'alert', deletions: 'refuse' };
  return after.deletions === 'refuse' ? after : before;
}
