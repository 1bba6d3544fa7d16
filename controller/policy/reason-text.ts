import type { ConsentsMissing, Reason, ToldReason } from '../reasons.ts';
import type { Instant } from '../ports.ts';

/** What people read of a reason, in whole sentences. */
export function reasonText(reason: Reason): string {
  switch (reason.code) {
    case 'Frozen':
      return `All writes are frozen by ${reason.by}: ${reason.because}. "rosctl freeze --off" lifts it.`;
    case 'SecretInRow':
      return 'more' in reason
        ? `So do ${reason.more} more rows.`
        : `${reason.row}: the row holds a password or token that the controller uses. Take it out there, on the router or in the files; if it was meant as one, change the password.`;
    case 'RowsHeldBack':
      return heldBackText(reason);
    case 'ApprovalMissing':
    case 'ControlApprovalMissing':
      return consentsText(reason);
    case 'NoApprovalPolicy': {
      const what = reason.sections.length === 0 ? '' : ` for ${reason.sections.join(' and ')}`;
      return `No ApprovalPolicy matches ${reason.device}${what}, so nobody can approve this change to it. Add one to the fleet.`;
    }
    case 'AttemptClosed':
      return `The approval was used up by an attempt that ended before its first write: ${reason.because}.`;
    case 'RolledBack':
      return `This plan was rolled back (${reason.because}). It is not tried again by itself.`;
    case 'Stalled':
      return `The last attempt of this plan stalled: ${reason.because}.`;
    case 'ArmKeepsFailing':
      return reason.purpose === 'apply'
        ? `${reason.attempts} attempts in a row ended before the first write: ${reason.because}. It is not tried again until somebody approves it anew or the plan changes.`
        : `${reason.attempts} attempts to take the change back ended before the first write: ${reason.because}.`;
    case 'HighRisk':
      return `Not applied by itself: ${reason.risks.join('; ')}.`;
    case 'DriftNotCorrected':
      return `The router drifted and the policy says "${reason.policy}": nothing is changed by itself.`;
    case 'DriftWouldDelete':
      return 'Correcting the drift would delete rows, and the policy does not allow deletions for it.';
    case 'WindowTooShort':
      return `No maintenance window is long enough: this change may take ${minutesText(reason.neededMs)}, and the longest window lasts ${minutesText(reason.longestMs)}. Make a window longer, or change fewer rows at once.`;
    case 'ApprovalEndsFirst':
      return `The approval expires ${siteTime(reason.endsAt, reason.timeZone)}, before the maintenance window opens ${siteTime(reason.opensAt, reason.timeZone)}: approve it anew when that is near, or let approvals hold longer.`;
    case 'WindowClosed':
      return windowText(reason);
    case 'RolloutNotOpen':
    case 'RolloutWave':
    case 'RolloutTurn':
    case 'RolloutSoak':
    case 'RolloutPaused':
    case 'RolloutHalted':
    case 'RolloutUndoing':
      return rolloutText(reason);
    case 'FieldNotOnVersion':
      return `RouterOS ${reason.version} does not have ${reason.fields.join(', ')}. Take it out for this device, or upgrade the router.`;
    case 'UndoTooLarge':
      return `The undo of this plan is ${reason.bytes} bytes, more than the ${reason.mostBytes} for which the router has room. Change fewer rows at once, or make room on its disk.`;
    case 'UndoNotPossible':
      return `The undo of this plan cannot be armed: ${reason.because}.`;
    case 'VersionNotSupported':
      return `RouterOS ${reason.version} is not supported; 7.12 is the oldest that is.`;
    case 'NoSpace':
      return `Only ${reason.freeBytes} bytes are free on the router's disk.`;
    case 'Occupied':
      return `Nothing is written while ${reason.by}.`;
    case 'ForeignUndo':
      return FOREIGN_UNDO[reason.stage](reason.objects.join(', '));
    case 'NotArmable':
      return 'Neither jobs nor schedulers work on this router, so no undo can be armed. Nothing is written by itself.';
    case 'TierTooLow':
      return 'This router can arm an undo that survives a lost path but not a reboot (tier job-only); the RolloutPolicy asks for tier full.';
    case 'RollbackUndone':
      return `Rollout ${reason.rollout} could not take its change back, and the device is still as it left it: ${reason.because}.`;
    case 'Defect':
      return `A defect in the controller ended the pass: ${reason.because}`;
    case 'TakenOut':
    case 'AttemptStalled':
      return reason.because;
    default:
      return reason.message;
  }
}

/** Reasons one after the other. */
export function reasonsText(reasons: readonly Reason[]): string {
  return reasons.map(reasonText).join(' ');
}

/** Reasons as the ends of attempts are told: without a full stop. */
export function clauseOf(reasons: readonly Reason[]): string {
  return reasonsText(reasons).replace(/\.$/, '');
}

/** Reasons as answers and the audit tell them. */
export function toldReasons(reasons: readonly Reason[]): readonly ToldReason[] {
  return reasons.map((reason) => ({ code: reason.code, message: reasonText(reason) }));
}

function heldBackText({ rows, more }: Reason<'RowsHeldBack'>): string {
  const rest = more > 0 ? ` So are ${more} more.` : '';
  return `In sync but for rows that are held back: ${rows.join('. ')}.${rest}`;
}

function consentsText(reason: Reason<'ApprovalMissing' | 'ControlApprovalMissing'>): string {
  const { code, policy, who, withUnknownAuthors, given, notCounted, could } = reason;
  const others = notCounted.map(({ person, because }) => `${person}'s (${because})`);
  return [
    `Policy ${policy} asks for approval by ${who}.`,
    ...(withUnknownAuthors === null
      ? []
      : [`Not everybody who brought the change is known, so one person more is needed: ${withUnknownAuthors}.`]),
    ...(given.length > 0 ? [`Given by ${given.join(', ')}.`] : []),
    ...(others.length > 0 ? [`Not counted: ${others.join(', ')}.`] : []),
    couldText(code, could),
  ].join(' ');
}

/** What was accepted stays on the branch; another control plan, which others bring, lets one more person approve. */
const AUTHORS_OF_PLAN =
  'Everybody who could give it brought the change, so nobody can. Let one more person who may approve into the roster, in a commit of somebody else than who approves that control plan.';

/** Whoever signed a commit that waits stays an author for as long as it is on the branch. */
const AUTHORS_OF_CONTROL =
  'Everybody who could give it brought the change, so nobody can. Take their commits, which are not accepted yet, off the branch again, and have somebody else commit the change: then they can give it.';

function couldText(code: 'ApprovalMissing' | 'ControlApprovalMissing', could: ConsentsMissing['could']): string {
  switch (could) {
    case 'folder':
      return 'The source is a folder, where nobody can give it: follow a Git repository.';
    case 'authors':
      return code === 'ApprovalMissing' ? AUTHORS_OF_PLAN : AUTHORS_OF_CONTROL;
    case 'nobody':
      return 'Nobody in the roster could give it.';
    default:
      return `${could.join(' or ')} could give it.`;
  }
}

function windowText({ neededMs, closesAt, opensAt, timeZone }: Reason<'WindowClosed'>): string {
  const opens = opensAt === null ? 'opens later' : `opens ${siteTime(opensAt, timeZone)}`;
  return closesAt === null
    ? `The maintenance window is closed; it ${opens}.`
    : `The maintenance window closes ${siteTime(closesAt, timeZone)}, and this change may take ${minutesText(neededMs)}; the next one ${opens}.`;
}

type RolloutCode =
  | 'RolloutNotOpen'
  | 'RolloutWave'
  | 'RolloutTurn'
  | 'RolloutSoak'
  | 'RolloutPaused'
  | 'RolloutHalted'
  | 'RolloutUndoing';

function rolloutText(reason: Reason<RolloutCode>): string {
  switch (reason.code) {
    case 'RolloutNotOpen': {
      const { rollout, member } = reason;
      if (rollout === null)
        return 'Everything else is in order; the device waits for the rollout that will take it up.';
      return member === null
        ? `Everything else is in order; rollout ${rollout} takes it up next.`
        : `In rollout ${rollout} the device is ${member.state}: ${member.because}. It is taken up anew when that rollout has ended.`;
    }
    case 'RolloutWave':
      return `Rollout ${reason.rollout}: ${reason.own} begins when ${reason.wave} is done; devices left there: ${reason.left}.`;
    case 'RolloutTurn': {
      const under = reason.underWay.length === 0 ? '' : `; under way: ${namesText(reason.underWay)}`;
      const rule =
        reason.atMost === null ? 'one device goes alone until it is confirmed' : `at most ${reason.atMost} at one time`;
      return `Rollout ${reason.rollout}, ${reason.wave}: it is not its turn yet, ${rule}${under}.`;
    }
    case 'RolloutSoak': {
      const { rollout, wave, watchedUntil, pauseSeconds } = reason;
      if (watchedUntil === null)
        return `Rollout ${rollout}: ${wave} is done; there is a pause of ${pauseSeconds} s before the next one.`;
      const until = new Intl.DateTimeFormat('sv-SE', { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'medium' });
      const pause = pauseSeconds === 0 ? '' : `, then there is a pause of ${pauseSeconds} s`;
      return `Rollout ${rollout}: ${wave} is done and is watched until ${until.format(watchedUntil)} UTC${pause}.`;
    }
    case 'RolloutPaused': {
      const what = reason.betweenWaves ? 'lets the next wave begin' : 'lets it go on';
      return `Rollout ${reason.rollout} is paused: ${reason.because}. "rosctl rollouts resume ${reason.rollout}" ${what}.`;
    }
    case 'RolloutHalted':
      return `Rollout ${reason.rollout} is halted: ${reason.because}. Approve a corrected plan, which begins a new one, or see "rosctl rollouts show ${reason.rollout}": resume it, roll it back or abort it.`;
    case 'RolloutUndoing':
      return `Rollout ${reason.rollout} is being rolled back: ${reason.because}. ${reason.waitsFor.length === 0 ? 'It waits' : `It waits for ${namesText(reason.waitsFor)}`}; "rosctl rollouts skip ${reason.rollout} DEVICE" leaves one as it is.`;
  }
}

const MOST_NAMES = 3;

function namesText(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

const MINUTE_MS = 60_000;

function minutesText(milliseconds: number): string {
  return `${Math.round(milliseconds / MINUTE_MS)} min`;
}

/** `Tue 2026-11-24 01:00 (Europe/Vienna)` */
export function siteTime(at: Instant, timeZone: string): string {
  const day = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short' }).format(at);
  const time = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at);
  return `${day} ${time} (${timeZone})`;
}

/** What a router holds of an undo, by where it was found. */
const FOREIGN_UNDO: Readonly<Record<'settle' | 'preflight' | 'copies', (objects: string) => string>> = {
  settle: (objects) =>
    `The router holds undo scripts that no open attempt owns: ${objects}. They belong to a stalled attempt ("rosctl history" shows it) or to another controller. Find out which, then remove them together with the schedulers and jobs of the same name.`,
  preflight: (objects) =>
    `The router holds undo objects that no open attempt owns: ${objects}. Wait until they are gone, or remove them.`,
  copies: (objects) =>
    `The router holds copies of rows that no attempt which ended well has left: ${objects}. They may be all that is left of an old secret, of a stalled attempt ("rosctl history" shows it) or of another controller. See that their rows hold the secret that they should, then remove the copies.`,
};
