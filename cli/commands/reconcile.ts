import { setTimeout as pause } from 'node:timers/promises';
import type { DeviceView } from '#controller';
import { CommandError } from '../command-error.ts';
import { ANY_DEVICE, CONTROLLER } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionNumber } from '../command.ts';
import { type ControlClient, controlClient } from '../control/control-client.ts';
import { EXIT } from '../exit-codes.ts';
import { deviceOutput } from '../json/device-output.ts';
import { devicesText } from '../text/device-text.ts';
import { waitingControlText } from '../text/fleet-text.ts';
import { leftArmedText } from '../text/under-way-text.ts';

/** `rosctl reconcile`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'reconcile',
  summary: 'read the source again, look at the devices now and wait for the outcome',
  arguments: [{ ...ANY_DEVICE, summary: 'names of RouterDevices, default: all', repeats: true }],
  options: [
    { name: 'wait', value: 'SECONDS', default: '60', summary: 'how long to wait for the visits; 0: not at all' },
    ...CONTROLLER,
  ],
  examples: ['rosctl reconcile', 'rosctl reconcile edge-vie-01 edge-vie-02', 'rosctl reconcile --wait 0'],
  notes: [
    'Exit code 75 when a device was not read, or its visit was still under way.',
    'Exit code 65 when the source is refused; the last good revision stays in force then.',
  ],
};

const LOOK_EVERY_MS = 200;
const LONGEST_WAIT_SECONDS = 3600;

/** `rosctl reconcile [DEVICE...]`: has the source read and the devices visited now, and tells how that ended. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const seconds = optionNumber(context, 'wait', 0, LONGEST_WAIT_SECONDS);
  const client = controlClient(context);
  const before = await client.ask('status', {});
  const { fault, devices, revision } = await client.ask('reconcile', { devices: context.positionals });
  if (fault !== null) {
    const kept = revision === null ? 'no device is touched until then' : 'the last good revision stays in force';
    throw new CommandError(
      'faultyInput',
      `the source is refused: ${fault.code}\n${fault.message}`,
      `${kept}; correct the files and run this again`,
    );
  }
  const visited = await visits(context, client, devices, before.now, seconds);
  const {
    now,
    source: { control },
  } = await client.ask('status', {});
  const late = devices.filter((name) => !visited.some((device) => device.name === name));
  const result = { revision, control: control?.id ?? null, visited: visited.map(deviceOutput), late };
  await output.result('reconcile', result, () =>
    [
      visited.length === 0 ? 'asked for\n  next: rosctl status' : devicesText({ devices: visited, now }, output.style),
      ...(control === null ? [] : [waitingControlText(control, output.style)]),
    ].join('\n\n'),
  );
  if (late.length > 0 && seconds > 0)
    output.note(`still under way after ${String(seconds)} s: ${late.join(', ')}\n  next: rosctl status`);
  const unread = visited.some(({ readAt, reason }) => readAt === null && reason !== 'Suspended');
  return unread || (late.length > 0 && seconds > 0) ? EXIT.notKnown : EXIT.ok;
}

/** Waits until the named devices were visited after the moment. @returns those that were in time. */
async function visits(
  { output, signal }: CommandContext,
  client: ControlClient,
  names: readonly string[],
  after: number,
  seconds: number,
): Promise<readonly DeviceView[]> {
  if (seconds === 0) return [];
  const deadline = performance.now() + seconds * 1000;
  const progress = output.progress('visiting', names.length);
  const seen = new Set<string>();
  let armed: readonly string[] = [];
  try {
    for (;;) {
      const { devices, underWay, now } = await client.ask('status', {});
      armed = underWay.filter(({ device }) => names.includes(device)).map((each) => leftArmedText(each, now));
      const done = devices.filter((device) => names.includes(device.name) && (device.lastVisitAt ?? 0) > after);
      for (const { name } of done) {
        if (!seen.has(name)) progress.step(name);
        seen.add(name);
      }
      if (done.length === names.length || performance.now() > deadline) return done;
      await pause(LOOK_EVERY_MS, undefined, { signal });
    }
  } finally {
    progress.end();
    // Whoever stops waiting stops nothing else.
    if (signal.aborted) armed.forEach((line) => output.note(line));
  }
}
