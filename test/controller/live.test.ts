import { describe, expect, it } from 'vitest';
import { Failure } from '#failure';
import type { MenuPath, Version } from '#routeros';
import { noteBody } from '../../routeros/rest/body-digest.ts';
import { propertiesIn, readLiveOn, withNamers, wordsReadIn } from '../../controller/device/live.ts';
import type { DeviceSession } from '../../controller/ports.ts';

const DNS = '/ip/dns';
const ADLIST = '/ip/dns/adlist';
const WIFI = '/interface/wifi/security';
const OLD: Version = [7, 12, 2];
const NEW: Version = [7, 22, 0];

/** A router without packages, which tells what it is asked for. */
function routerOf(body: string): { readonly asked: MenuPath[]; readonly session: DeviceSession } {
  const asked: MenuPath[] = [];
  const print = async (menu: MenuPath) => {
    asked.push(menu);
    if (menu === WIFI) throw new Failure('NoSuchMenu', 'no such command prefix');
    const rows = [{ servers: body }];
    noteBody(rows, body);
    return rows;
  };
  return { asked, session: { print } as unknown as DeviceSession };
}

describe('how long rows still stand', () => {
  const LIST = '/ip/firewall/address-list';

  it('is asked where one is declared with a timeout, and nowhere else', async () => {
    const asked: (readonly string[] | undefined)[] = [];
    const print = async (_: MenuPath, properties?: readonly string[]) => {
      asked.push(properties);
      return [];
    };
    const session = { print } as unknown as DeviceSession;
    await readLiveOn(session, [LIST], NEW);
    await readLiveOn(session, [LIST], NEW, { [LIST]: [{ list: 'a', address: '192.0.2.1', timeout: '1d' }] });
    expect(asked).toEqual([
      ['.id', 'list', 'address', 'comment', 'disabled', 'dynamic'],
      ['.id', 'list', 'address', 'comment', 'disabled', 'dynamic', 'timeout'],
    ]);
  });
});

describe('what is read of a router that lacks a declared menu', () => {
  it('is nothing of a menu that its version does not have, and known by its words all the same', async () => {
    const { asked, session } = routerOf('a');
    const live = await readLiveOn(session, [ADLIST, DNS], OLD);
    expect(asked).toEqual([DNS]);
    expect(live.menus).toEqual({ [DNS]: [{ servers: 'a' }], [ADLIST]: [] });
    const words = wordsReadIn(live);
    expect(words).not.toBeNull();
    expect(wordsReadIn(await readLiveOn(routerOf('a').session, [ADLIST, DNS], OLD))).toEqual(words);
    expect(wordsReadIn(await readLiveOn(routerOf('b').session, [ADLIST, DNS], OLD))).not.toEqual(words);
    expect(wordsReadIn(await readLiveOn(routerOf('a').session, [ADLIST, DNS], NEW))).not.toEqual(words);
    expect(wordsReadIn({ menus: { ...live.menus, [ADLIST]: [] } })).toBeNull();
  });

  it('leaves a menu out that comes with a package: it is not empty', async () => {
    const live = await readLiveOn(routerOf('a').session, [DNS, WIFI], NEW);
    expect(Object.keys(live.menus)).toEqual([DNS]);
    expect(wordsReadIn(live)).toHaveLength(1);
  });
});

describe('who may name a row that goes', () => {
  const wanted = { [DNS]: ['servers'], [ADLIST]: ['url'], '/interface/vlan': ['.id', 'name', 'interface'] } as const;
  const failing = (code: 'NoSuchMenu' | 'NotPermitted' | 'AnswerTooLarge' | 'Timeout'): DeviceSession => {
    const print = async (menu: MenuPath, properties: readonly string[]) => {
      if (menu === '/interface/vlan') throw new Failure(code, 'no');
      return [{ asked: properties.join(',') }];
    };
    return { print } as unknown as DeviceSession;
  };
  const known = { menus: { [DNS]: [{ servers: 'as read' }] } };

  it('is asked of each menu by itself, and of none that the version does not have', async () => {
    const live = await withNamers(failing('NoSuchMenu'), known, wanted, OLD);
    expect(live.menus).toEqual(known.menus);
    expect(live.namers).toEqual({
      [DNS]: { properties: ['servers'], rows: [{ asked: 'servers' }] },
      [ADLIST]: { properties: ['url'], rows: [] },
      '/interface/vlan': { properties: ['.id', 'name', 'interface'], rows: [] },
    });
    expect(propertiesIn(live.namers)).toEqual(wanted);
    expect(propertiesIn(undefined)).toEqual({});
  });

  it('is unknown where the router does not tell us, which is not nobody', async () => {
    for (const code of ['NotPermitted', 'AnswerTooLarge'] as const) {
      const { namers } = await withNamers(failing(code), known, wanted, NEW);
      expect(namers?.['/interface/vlan']?.rows).toBeNull();
      expect(namers?.[ADLIST]?.rows).toHaveLength(1);
    }
  });

  it('is not guessed where the read fails', async () => {
    await expect(withNamers(failing('Timeout'), known, wanted, NEW)).rejects.toMatchObject({ code: 'Timeout' });
  });
});
