import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Door, DoorError } from '#mcp';
import { socketDoor } from '../../cli/mcp/socket-door.ts';
import { labFleet, type Rig, startRig, until } from '#test/rig.ts';

let rig: Rig;
let door: Door;

beforeAll(async () => {
  rig = await startRig((router) => labFleet(router, 'dns: {}'));
  door = socketDoor(path.join(rig.config.stateFolder, 'mcp.sock'), { 'x-operator': 'test', 'x-role': 'read_only' });
});
afterAll(async () => await rig.close());

const anytime = new AbortController().signal;

/** Why a request was refused. */
async function failureOf(asked: Promise<unknown>): Promise<unknown> {
  const error = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof DoorError ? error.failure : error;
}

describe('the door through the socket', () => {
  it('asks, and tells a refusal in the words of the service', async () => {
    expect(await door.ask('status', {}, anytime)).toMatchObject({ devices: [{ name: 'r1' }] });
    expect(await failureOf(door.ask('device', { device: 'r2' }, anytime))).toMatchObject({
      code: 'NotFound',
      status: 404,
      retryable: false,
    });
    expect(
      await failureOf(door.ask('startDiagnostic', { device: 'r1', kind: 'ping', target: '192.0.2.1' }, anytime)),
    ).toMatchObject({ status: 403 });
  });

  it('refuses what no request can carry, and says that it is no fault of the service', async () => {
    for (const text of ['z'.repeat(20_000), 'z'.repeat(900_000)])
      expect(await failureOf(door.ask('devices', { text }, anytime))).toMatchObject({
        code: 'BadRequest',
        status: 400,
      });
    expect(await door.ask('devices', { text: 'z'.repeat(4000) }, anytime)).toEqual([]);
  });

  it('asks for half of a character as for what nothing is named', async () => {
    expect(await failureOf(door.ask('device', { device: 'r1\ud800' }, anytime))).toMatchObject({ code: 'NotFound' });
    expect(await door.ask('devices', { text: '\udc00' }, anytime)).toEqual([]);
  });

  it('has nothing that steers', () => {
    expect(['status', 'menu', 'events'].every((name) => door.has(name as 'status'))).toBe(true);
    expect(['reconcile', 'freeze', 'actOnRollout', 'setCredential'].some((name) => door.has(name as 'status'))).toBe(
      false,
    );
  });

  it('ends a request with its signal, and that is no failure of the service', async () => {
    const reason = new Error('no longer wanted');
    expect(await failureOf(door.ask('status', {}, AbortSignal.abort(reason)))).toBe(reason);
  });

  it('follows events across a restart of the controller, and ends with the signal', async () => {
    const ending = new AbortController();
    const told: string[] = [];
    const following = (async () => {
      for await (const { data } of door.follow('events', {}, ending.signal)) told.push(data.kind);
    })();
    await until(
      () => told,
      (kinds) => kinds.includes('begins'),
    );
    await rig.controller.api.reconcile(['r1']);
    await until(
      () => told,
      (kinds) => kinds.includes('visit'),
    );
    await rig.controller.stop();
    expect(await failureOf(door.ask('status', {}, anytime))).toMatchObject({
      code: 'unavailable',
      status: 503,
      retryable: true,
    });
    const before = told.length;
    await rig.restart();
    await until(
      () => told.length,
      (count) => count > before,
    );
    ending.abort();
    await following;
  });

  it('says at once that nobody is there to follow', async () => {
    const nowhere = socketDoor(path.join(rig.config.stateFolder, 'nobody.sock'), {});
    const first = nowhere.follow('events', {}, anytime)[Symbol.asyncIterator]().next();
    expect(await failureOf(first)).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('nobody.sock') as string,
    });
  });
});
