import type { DriftView } from '#controller';
import { renderDriftText } from '#differ';
import type { CommandContext } from '../command.ts';
import { controlClient } from '../control-client.ts';
import { EXIT } from '../exit-codes.ts';
import { counted, indented } from '../fleet-text.ts';
import type { Output } from '../output.ts';
import { printable } from '../table.ts';
import { momentText } from '../when.ts';

/** `rosctl drift [DEVICE]`: what differs from the last confirmed state, and who did it. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const [device] = context.positionals;
  const all = await controlClient(context).drift();
  const drift = device === undefined ? all : all.filter((record) => record.device === device);
  await output.result(drift, () => driftText(drift, output));
  return drift.length === 0 ? EXIT.ok : EXIT.changes;
}

function driftText(drift: DriftView, { style, interactive }: Output): string {
  if (drift.length === 0) return style.good('no drift: every router is as last confirmed');
  const parts = drift.map(({ device, firstSeenAt, attribution, entries }) => {
    const head = `${style.strong(device)}  since ${momentText(firstSeenAt)}, by ${printable(attribution)}`;
    return `${head}\n${indented(renderDriftText(entries, { colour: interactive }))}`;
  });
  const next =
    'next: put it into the YAML to keep it, undo it on the router, or set drift: correct in the RolloutPolicy';
  return [`${counted(drift.length, 'device')} drifted`, ...parts, next].join('\n\n');
}
