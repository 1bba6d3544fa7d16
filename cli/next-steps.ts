/** What a person can do about each reason for which a device is not ready. `DEVICE` stands for its name. */
const STEPS: Readonly<Record<string, string>> = {
  NotVisitedYet: 'wait for its first visit, or hurry it: rosctl reconcile DEVICE',
  ApprovalMissing: 'read what is to be approved: rosctl plans show DEVICE; then, in your clone: rosctl approve DEVICE',
  ControlApprovalMissing: 'read what would steer the controller, and in your clone: rosctl approve control',
  AttemptClosed: 'see what ended it: rosctl history DEVICE; then, in your clone: rosctl approve DEVICE',
  TakenOut: 'approve it anew when it may be tried again: rosctl approve DEVICE',
  NoApprovalPolicy: 'add an ApprovalPolicy that matches it to the fleet',
  RolledBack:
    'see what failed: rosctl history DEVICE; then change what is desired, or approve it anew: rosctl approve DEVICE',
  ChangedSince: 'see what the rollout did: rosctl history DEVICE; then put right by hand what is wrong',
  NotRestorable: 'see what the rollout did: rosctl history DEVICE; then put right by hand what is wrong',
  RollbackUndone: 'see what failed: rosctl history DEVICE; then put right by hand what is wrong',
  RolloutNotOpen: 'nothing: it is taken up as soon as that is possible; rosctl rollouts list',
  RolloutWave: 'nothing: its wave comes later; follow it: rosctl rollouts watch',
  RolloutTurn: 'nothing: its turn comes; follow it: rosctl rollouts watch',
  RolloutSoak: 'nothing: the next wave begins by itself; to go on at once: rosctl rollouts skip --wave',
  RolloutPaused: 'see why: rosctl rollouts show; go on: rosctl rollouts resume',
  RolloutHalted: 'see what failed: rosctl rollouts show; then approve a corrected plan, or: rosctl rollouts resume',
  RolloutUndoing:
    'follow it: rosctl rollouts watch; a device that does not answer keeps it open: rosctl rollouts skip --device DEVICE',
  WindowClosed: 'wait for its maintenance window, or change spec.windows of the RolloutPolicy',
  WindowTooShort: 'make a window of the RolloutPolicy longer, or change fewer rows at once',
  Suspended: 'take spec.suspend out of the RouterDevice when it may be worked on again',
  Stalled: 'see how far it came: rosctl history DEVICE; then look at the router',
  AttemptStalled: 'see how far it came: rosctl history DEVICE; then look at the router',
  Frozen: 'end the freeze when it is time: rosctl freeze --off',
  HighRisk: 'read the plan: rosctl plans show DEVICE; if you mean it, in your clone: rosctl approve DEVICE',
  DriftNotCorrected:
    'see who did it: rosctl drift DEVICE; put it into the YAML, or set drift: correct in the RolloutPolicy',
  DriftWouldDelete: 'see who did it: rosctl drift DEVICE; put the rows into the YAML, or remove them by hand',
  PathCut: 'change the RouterConfig so that the management path stays, or make this change by hand',
  PathUnknown: 'set spec.management of the device, or make this change by hand',
  PathNotModelled: 'make this change by hand, or take it out of the RouterConfig',
  Occupied: 'release the safe mode on the router, or wait until its owner does',
  ForeignUndo: 'wait until the undo objects are gone, or remove them on the router',
  NoSpace: 'free some space on the disk of the router',
  VersionNotSupported: 'upgrade RouterOS on the router',
  TierTooLow: 'accept tier: job-only in the RolloutPolicy, or allow schedulers in the device-mode of the router',
  NotArmable: 'see what is missing: rosctl doctor DEVICE',
  FieldNotOnVersion: 'take the field out for this device, or upgrade RouterOS on the router',
  ArmKeepsFailing: 'see why: rosctl history DEVICE; then rosctl doctor DEVICE',
  UndoTooLarge: 'change fewer rows at once',
  UndoNotPossible: 'make this change by hand, or take the value that the message names out of the RouterConfig',
  DoesNotApply: 'read the plan: rosctl plans show DEVICE; this change can not be made in one plan, so split it',
  DoesNotConverge: 'read the plan: rosctl plans show DEVICE; spell the value as the router does, or take it out',
  InverseFails: 'make this change by hand: it could not be undone by itself',
  OverChangeBudget: 'read the plan: rosctl plans show DEVICE; split it, or approve it by itself: rosctl approve DEVICE',
  OverDeletionBudget:
    'read the plan: rosctl plans show DEVICE; split it, or approve it by itself: rosctl approve DEVICE',
  ProtectedRow: 'take the change to the protected row out of the RouterConfig',
  MenuNotAllowed: 'allow the section in spec.capabilities of the device, or take it out of the RouterConfig',
  SecretInRow:
    'take the password out of the row that the message names, or set another password: rosctl credentials set NAME',
  Conflict: 'read the plan: rosctl plans show DEVICE; and remove what stands in its way',
  SerialMismatch: 'set spec.serial to the new serial number if the hardware was replaced on purpose',
  Defect: "report it with the controller's log",
};

/** The next step; undefined where the reason's own message says it, as it does for a device that can not be reached. */
export function nextStep(reason: string, device: string): string | undefined {
  return STEPS[reason]?.replaceAll('DEVICE', device);
}
