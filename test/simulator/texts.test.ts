import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOfText, textOfBytes } from '#bytes';
import { canonicalRow, makePlan, type Plan } from '#differ';
import { menuOf, quote, type MenuPath, type Row } from '#routeros';
import { connectRouter, type RestSession } from '#routeros/rest';
import type { Properties, SimulatedRouter } from '#simulator';
import { callerWith } from '#test/memory-console.ts';
import { restoreText, stateOf } from '#test/undo-text.ts';
import { declared, desiredOf, list, liveOf, settings } from '#test/planning.ts';
import { scriptRig } from '#test/script-rig.ts';
import { runs } from '#test/sample.ts';
import { indexTouched } from '../../controller/apply/relation.ts';
import { armedNamesOf } from '../../controller/apply/token.ts';
import { batchAt, stepsOf } from '../../controller/apply/batches.ts';
import { writeBatch } from '../../controller/apply/write-batch.ts';
import type { AttemptRecord } from '../../controller/records/attempts.ts';
import { bytesOfText as simulatedBytes, textOfBytes as simulatedText } from '../../simulator/model/bytes.ts';
import { oneRouter, type OneRouter } from './rest.ts';

const anyBytes = fc.uint8Array({ minLength: 1, maxLength: 24 });
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 24 }).filter((text) => text.isWellFormed()),
  fc.string({ unit: 'binary-ascii', maxLength: 24 }),
  anyBytes.map((bytes) => textOfBytes(bytes)),
);

describe('a text or bytes', () => {
  it("is what the router's own reading of a script makes of its literal", async () => {
    const rig = scriptRig();
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const printed = await rig.run(`:put ${quote(text)}`);
        expect(simulatedBytes(printed)).toEqual(Buffer.from(bytesOfText(text)));
        expect(await rig.run(`:put [:len ${quote(text)}]`)).toBe(String(bytesOfText(text).length));
      }),
      runs(400),
    );
  });

  it('never looks like another one, whatever the bytes', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = textOfBytes(bytes);
        expect(Buffer.from(bytesOfText(text))).toEqual(Buffer.from(bytes));
        expect(text.isWellFormed()).toBe(true);
        // The simulator has a way of its own to hold them, and means the same.
        expect(simulatedBytes(simulatedText(bytes))).toEqual(Buffer.from(bytes));
      }),
      runs(1000),
    );
  });
});

const LIST = '/ip/firewall/address-list';
const STATIC = '/ip/dns/static';
const IDENTITY = '/system/identity';
const MENUS: readonly MenuPath[] = [LIST, STATIC, IDENTITY];
const PLAN_ID = `sha256:${'a'.repeat(64)}` as const;
const GUARD = armedNamesOf(PLAN_ID, 1).armed;
const CALLER = callerWith();

/** What a row of a router can hold, as it is read: nothing empty, and no NUL, where its texts would end. */
const heldText = anyText
  .filter((text) => text !== '' && !bytesOfText(text).includes(0))
  .map((text) => textOfBytes(bytesOfText(text)));

describe('plans over texts of any kind', () => {
  let one: OneRouter;
  let session: RestSession;
  beforeAll(async () => {
    one = await oneRouter({ version: '7.20.8' });
    session = connectRouter({ url: one.router.url, username: 'ctl', password: 'pw' });
    one.router.console.add('/system/script', { name: GUARD, source: ':put 1', policy: 'read,write' }, CALLER);
  });
  afterAll(async () => {
    await session.close();
    await one.fleet.close();
  });

  it('give what was before from every prefix, and nothing beyond ASCII is ever in a body', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(heldText, { minLength: 6, maxLength: 6 }), fc.nat(), async (texts, from) => {
        const [a = '', b = '', c = '', d = '', e = '', f = ''] = texts;
        seedRows(one.router, {
          [LIST]: [
            { list: b, address: '192.0.2.1', comment: a },
            { list: 'kept', address: '192.0.2.2', comment: a },
          ],
          [STATIC]: [{ name: 'x.example', type: 'TXT', text: c, comment: d }],
          [IDENTITY]: [{ name: e }],
        });
        const before = await readAll(session);
        const dropped = { name: 'x.example', type: 'TXT', text: c };
        const input = {
          base: desiredOf({ [STATIC]: list(declared([dropped])), [LIST]: list([], { unlisted: 'prune' }) }),
          desired: desiredOf({
            [LIST]: list(
              declared([
                { list: 'kept', address: '192.0.2.2', comment: b },
                { list: 'new', address: '192.0.2.3', comment: c },
              ]),
              { unlisted: 'prune' },
            ),
            [STATIC]: list(declared([{ name: 'y.example', type: 'TXT', text: f, comment: d }])),
            [IDENTITY]: settings({ name: f }),
          }),
        };
        const plan = makePlan({ ...input, live: liveOf(before) });
        const length = from % (plan.changes.length + 1);
        one.router.requests.clear();
        await writePrefix(session, plan, length);
        if (length === plan.changes.length) {
          expect(makePlan({ ...input, live: liveOf(await readAll(session)) }).changes).toEqual([]);
        }
        expect(await session.execute(`${restoreText(stateOf(plan))}\n:put $rgFailed`)).toBe('0');
        expect(canonical(await readAll(session))).toEqual(canonical(before));
        for (const { body } of one.router.requests) expect(body).toMatch(ASCII_JSON);
      }),
      runs(120),
    );
  });
});

/** No byte above 127, and none written as an escape of JSON. */
const ASCII_JSON = /^(?:(?!\\u(?:00[89a-f]|0[1-9a-f]|[1-9a-f]))[\0-\u007f])*$/i;

function seedRows(router: SimulatedRouter, menus: Readonly<Record<MenuPath, readonly Row[]>>): void {
  for (const [path, seeds] of Object.entries(menus)) {
    for (const row of router.console.rows(path, CALLER)) {
      if (row['.id'] !== undefined) router.console.remove(path, row['.id'], CALLER);
    }
    for (const seed of seeds) {
      const held: Properties = Object.fromEntries(
        Object.entries(seed).map(([name, text]) => [name, simulatedText(bytesOfText(text))]),
      );
      if (path === IDENTITY) router.console.set(path, null, held, CALLER);
      else router.console.add(path, held, CALLER);
    }
  }
}

async function readAll(session: RestSession): Promise<Record<MenuPath, readonly Row[]>> {
  const live: Record<MenuPath, readonly Row[]> = {};
  for (const menu of MENUS) live[menu] = await session.print(menu);
  return live;
}

function canonical(live: Readonly<Record<MenuPath, readonly Row[]>>): unknown {
  return MENUS.map((path) =>
    (live[path] ?? []).map((row) => JSON.stringify(canonicalRow(menuOf(path), row))).toSorted(),
  );
}

/** As the armed apply writes. */
async function writePrefix(session: RestSession, plan: Plan, length: number): Promise<void> {
  const attempt = { planId: PLAN_ID, number: 1, payload: { plan } } as unknown as AttemptRecord;
  const changes = plan.changes.slice(0, length);
  for (let at = 0; at < changes.length; at += 1) {
    const rows = indexTouched(plan, liveOf(await readAll(session)));
    const batch = batchAt(stepsOf(changes, rows), at, rows, 100, GUARD);
    expect(await writeBatch(session, attempt, batch, rows, new AbortController().signal)).toBe(0);
  }
}
