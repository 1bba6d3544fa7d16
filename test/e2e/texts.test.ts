import { afterEach, expect, it } from 'vitest';
import { configYaml, labFleet, outcomeOf, seed, startRig, until, waitsFor, type Rig } from '#test/rig.ts';

let rig: Rig;
afterEach(() => rig.close());

/** Typed in another character set: no UTF-8. The simulator holds such a byte as U+DC80 to U+DCFF. */
const LATIN1 = 'B\udcfcro';

/** Words of refusals beside letters of all kinds: nothing that arms may take them for the router's. */
const WANTED = `
identity: {name: Wien Süd}
dnsStatic:
  - {name: x.example, type: TXT, text: "grüße: syntax error (line 1 column 2)"}
addressLists:
  - {list: office, address: 198.51.100.7, comment: "Büro 東京 🔑 bad parameter x"}
  - {list: office, address: 198.51.100.8, comment: plain}
`;

const SEED = seed('r1', {
  menus: {
    '/system/identity': [{ name: 'Wien Nord-Süd' }],
    '/ip/firewall/address-list': [
      { list: 'office', address: '198.51.100.7', comment: LATIN1 },
      { list: 'office', address: '198.51.100.8', comment: 'Ü syntax error (line 1 column 2)' },
      { list: 'office', address: '198.51.100.9', comment: LATIN1 },
    ],
  },
});

function comments(): unknown {
  return rig.router.rows('/ip/firewall/address-list').map(({ comment }) => comment);
}

it('writes text of any language by scripts, and every body is ASCII', async () => {
  rig = await startRig((router) => labFleet(router, WANTED), [SEED]);
  await outcomeOf(rig, 'r1', 'InSync');
  expect(rig.router.rows('/system/identity')[0]?.['name']).toBe('Wien Süd');
  expect(comments()).toEqual(['Büro 東京 🔑 bad parameter x', 'plain', LATIN1]);
  expect(rig.router.rows('/ip/dns/static')[0]?.['text']).toBe('grüße: syntax error (line 1 column 2)');
  for (const { body } of rig.router.requests) {
    expect(body).toMatch(/^[\0-\u007f]*$/);
    expect(JSON.stringify(body === '' ? null : JSON.parse(body))).toMatch(/^[\0-\u007f]*$/);
  }

  await rig.declare({ 'configs/r1.yaml': configYaml('r1', WANTED.replace('Büro', 'Lager')) });
  await until(
    () => JSON.stringify(comments()),
    (text) => text.includes('Lager 東京 🔑 bad parameter x'),
  );
});

it('takes back what it wrote, byte by byte', async () => {
  rig = await startRig((router) => labFleet(router, 'dns: {servers: [9.9.9.9]}'), [SEED]);
  await outcomeOf(rig, 'r1', 'InSync');
  const before = comments();
  rig.router.faults.add({
    kind: 'health',
    when: { menu: '/system/identity', where: { name: 'Wien Süd' } },
    effects: { interfacesDown: ['ether1'] },
  });
  await rig.declare({ 'configs/r1.yaml': configYaml('r1', WANTED) });
  await waitsFor(rig, 'r1', 'RolledBack');
  expect(comments()).toEqual(before);
  expect(rig.router.rows('/system/identity')[0]?.['name']).toBe('Wien Nord-Süd');
});
