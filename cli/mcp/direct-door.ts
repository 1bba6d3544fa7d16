import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Direct, failedAnswer, openDirect, renderDiagnostics, stateFolderIn } from '#controller';
import type { InputOf, OperationName, OutputOf } from '#controller/operations';
import { DoorError } from '#mcp';
import { visibleJson } from '#visible';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionText } from '../command.ts';
import { operatorName } from '../control/round-trip.ts';
import { openRouterAccess } from '../fleet/router-access.ts';
import type { AskedNarrowing } from './narrowing.ts';
import type { OpenedDoor } from './open-door.ts';

/**
 * The way straight to the routers of a fleet, without a controller: what files and routers say now, by read users alone.
 * @throws {CommandError} for a fleet with faults, {Failure} for credentials that cannot be used
 */
export async function openDirectDoor(context: CommandContext, asked: AskedNarrowing): Promise<OpenedDoor> {
  const folder = optionText(context, 'fleet') ?? '.';
  const routers = await openRouterAccess(context);
  const scratch = await mkdtemp(join(tmpdir(), 'rosctl-mcp-'));
  const close = async (): Promise<void> => {
    await routers.close();
    await rm(scratch, { recursive: true, force: true });
  };
  try {
    const left = leftOut(resolve(context.cwd, folder), routers.config.stateFolder);
    const config = { ...routers.config, stateFolder: left, databaseUrl: null };
    const direct = await openDirect({ config, scratch }, routers.access, operatorName(), asked);
    const opened = {
      door: doorOf(direct),
      place: `the fleet in ${folder}`,
      async close() {
        await direct.close();
        await close();
      },
    };
    if (direct.fleet.revision !== null) return opened;
    await opened.close();
    throw faulty(folder, direct.fleet.fault);
  } catch (error) {
    await close();
    throw error;
  }
}

/** The state folder of a controller that lies in the fleet: the one that is named, or where `rosctl init` makes it. */
function leftOut(fleet: string, named: string): string {
  const made = join(fleet, 'state');
  return stateFolderIn(fleet, named) === null && existsSync(join(made, 'store.db')) ? made : named;
}

function faulty(folder: string, fault: Direct['fleet']['fault']): CommandError {
  const faults = fault === null || fault.faults.length === 0 ? fault?.message : renderDiagnostics(fault.faults);
  return new CommandError(
    'faultyInput',
    `the fleet in ${folder} has faults\n${faults ?? ''}`,
    'name it: --fleet FOLDER',
  );
}

function doorOf(direct: Direct): OpenedDoor['door'] {
  return {
    has: (name) => direct.has(name),
    async ask<Name extends OperationName>(name: Name, input: InputOf<Name>, signal: AbortSignal) {
      return await inWords(signal, async () => asCarried(await direct.ask(name, input, signal)) as OutputOf<Name>);
    },
    async *follow<Name extends OperationName>(name: Name, input: InputOf<Name>, signal: AbortSignal) {
      const events = await inWords(signal, async () => await direct.follow(name, input, signal));
      for await (const { id, data } of events) yield { id, data: asCarried(data) as OutputOf<Name> };
    },
  };
}

/** As it would have come through a door of a controller. */
function asCarried(view: unknown): unknown {
  return JSON.parse(visibleJson(JSON.stringify(view)));
}

async function inWords<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    const { status, body } = failedAnswer(error, randomUUID());
    throw new DoorError({ ...body, status });
  }
}
