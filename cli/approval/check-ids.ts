import { type ApprovableView, CONTROL, controlPlanIdOf } from '#controller';
import { fleetPlanIdOf, planIdOf } from '#differ';
import { CommandError } from '../command-error.ts';

/**
 * Makes the id again from what is displayed, so that nobody can show one plan and have another approved. @returns the
 * id.
 * @throws {CommandError} `failure` when it is another, or a device's body belongs to another device.
 */
export function checkedId({ id, kind, plans, control }: ApprovableView): string {
  const members = plans.map(({ device, planId, body }) => {
    if (body.device.name !== device) throw notWhatItSays(device);
    if (planIdOf(body) !== planId) throw notWhatItSays(device);
    return { device, planId };
  });
  if (control !== null) {
    if (controlPlanIdOf(control.body) !== control.id) throw notWhatItSays('the control plan');
    members.push({ device: CONTROL, planId: control.id });
  }
  const [first] = members;
  const made = kind === 'fleet' ? fleetPlanIdOf(members) : first?.planId;
  if (made === undefined || made !== id || (kind !== 'fleet' && members.length !== 1)) throw notWhatItSays('it');
  return made;
}

function notWhatItSays(what: string): CommandError {
  return new CommandError(
    'failure',
    `the id that the controller gave for ${what} is not the id of the plan that it gave`,
    'do not approve it; use a rosctl of the same release, and look who runs the controller',
  );
}
