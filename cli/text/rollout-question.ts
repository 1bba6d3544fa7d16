import type { RolloutView } from '#controller';
import type { InputOf } from '#controller/operations';
import { counted } from './lines.ts';

type Act = InputOf<'actOnRollout'>;
type MemberState = RolloutView['members'][number]['state'];

/** Nothing was sent to these, or what was sent is not at its end. */
const LEFT: readonly MemberState[] = ['pending', 'deferred', 'released', 'undoing'];
const WAITING: readonly MemberState[] = ['pending', 'deferred', 'released'];

/** What a person is asked before an act that takes approvals or changes away; null: it takes nothing away. */
export function rolloutQuestion(view: RolloutView, { action, device, wave }: Act): string | null {
  const among = (states: readonly MemberState[]): string => {
    const members = view.members.filter(
      (member) =>
        states.includes(member.state) &&
        (device === undefined || member.device === device) &&
        (wave !== true || member.wave === view.wave),
    );
    return counted(members.length, 'device');
  };
  switch (action) {
    case 'rollback':
      return `Roll back ${view.id}: take the change back on ${among(['confirmed', 'released'])}?`;
    case 'abort':
      return `Abort ${view.id}: leave out ${among(LEFT)} and void their approvals?`;
    case 'skip':
      return `Skip in ${view.id}: leave out ${among(wave === true ? WAITING : LEFT)} and void their approvals?`;
    case 'pause':
    case 'resume':
      return null;
  }
}
