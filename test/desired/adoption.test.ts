import { describe, expect, it } from 'vitest';
import { adoptionOf, editedFiles, layersFor } from '#controller';
import { driftOf, type DriftEntry, type LiveState, makePlan } from '#differ';
import { renderPlanText } from '#differ/render';
import { deviceYaml, inventoryOf } from '#test/documents.ts';
import { liveOf } from '#test/planning.ts';

const FLEET = {
  'devices.yaml': `${deviceYaml('r1')}---\n${deviceYaml('r2')}`,
  'configs/all.yaml': `# For everybody.
apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterConfig
metadata: {name: all}
spec:
  selector: {}
  priority: 10
  dns: {servers: [192.0.2.53]} # ours
  addressLists:
    - {list: shared, address: 198.51.100.1}
    - {list: shared, address: 198.51.100.2, comment: everybody}
`,
  'configs/r1.yaml': `apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterConfig
metadata:
  name: r1
spec:
  selector: {names: [r1]}
  priority: 20
  unlisted: {addressLists: prune}
  identity:
    name: r1 # as on the label

  # Whom we do not like.
  addressLists:
    - {list: blocked, address: 203.0.113.1, comment: one}
    # The second.
    - list: blocked
      address: 203.0.113.2
      comment: two # twice
    - {list: blocked, address: 203.0.113.3}
---
apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterConfig
metadata: {name: other}
spec: {selector: {names: [r2]}, priority: 20, identity: {name: r2}}
`,
};

const LIST = '/ip/firewall/address-list';
const ROWS = [
  { list: 'blocked', address: '203.0.113.1', comment: 'one', disabled: 'false' },
  { list: 'blocked', address: '203.0.113.2', comment: 'two', disabled: 'false' },
  { list: 'blocked', address: '203.0.113.3', disabled: 'false' },
  { list: 'shared', address: '198.51.100.1', disabled: 'false' },
  { list: 'shared', address: '198.51.100.2', comment: 'everybody', disabled: 'false' },
];

function live(
  more: Partial<Record<'name' | 'servers', string>>,
  rows = ROWS as readonly Record<string, string>[],
): LiveState {
  return liveOf({
    '/system/identity': [{ name: more.name ?? 'r1' }],
    '/ip/dns': [{ servers: more.servers ?? '192.0.2.53' }],
    [LIST]: rows,
  });
}

/** Adopts what drifted, reads the files again and plans them against the very router. */
function adopted(now: LiveState) {
  const before = inventoryOf(FLEET);
  const base = layersFor(before, 'r1').desired;
  const entries: readonly DriftEntry[] = driftOf(base, now).filter(({ tolerated }) => tolerated !== true);
  expect(entries.length).toBeGreaterThan(0);
  const adoption = adoptionOf(before, 'r1', entries);
  const files = editedFiles(FLEET, 'r1', adoption);
  const after = inventoryOf({ ...FLEET, ...files });
  const plan = makePlan({ desired: layersFor(after, 'r1').desired, base, live: now });
  expect(layersFor(after, 'r2').desired).toEqual(layersFor(before, 'r2').desired);
  return { adoption, files, plan: renderPlanText({ ...plan, extras: [] }) };
}

describe('drift that is adopted into the files', () => {
  it('changes, adds and removes lines of the device’s own RouterConfig, and keeps comments and layout', () => {
    const [one, , ...others] = ROWS;
    const now = live({ name: 'no' }, [
      { ...one, comment: '12:30', disabled: 'true' },
      { list: 'blocked', address: '203.0.113.9', comment: 'by hand', disabled: 'false' },
      ...others,
    ]);
    const { adoption, files, plan } = adopted(now);
    expect(plan).toContain('No changes.');
    expect(adoption).toMatchObject({ made: null, byHand: [] });
    expect(Object.keys(files)).toEqual(['configs/r1.yaml']);
    expect(adoption.edits.find(({ kind }) => kind === 'remove')?.at).toMatchObject({
      file: 'configs/r1.yaml',
      line: 16,
    });
    const text = files['configs/r1.yaml'] ?? '';
    expect(text).toContain('    name: "no" # as on the label\n');
    expect(text).toContain('  # Whom we do not like.\n');
    expect(text).toContain('{list: blocked, address: 203.0.113.1, comment: "12:30", disabled: true}');
    expect(text).toContain('{list: blocked, address: 203.0.113.3}');
    expect(text).toContain('    - {list: blocked, address: 203.0.113.9, comment: by hand}\n');
    expect(text).not.toContain('203.0.113.2');
    expect(text).toContain(
      'metadata: {name: other}\nspec: {selector: {names: [r2]}, priority: 20, identity: {name: r2}}\n',
    );
  });

  it('is said by a stronger RouterConfig of the device where others share what drifted', () => {
    const rows = ROWS.map((row) => (row.comment === 'everybody' ? { ...row, comment: 'but r1' } : row));
    const { adoption, files, plan } = adopted(live({ servers: '192.0.2.99,2001:db8::1' }, rows));
    expect(plan).toContain('No changes.');
    expect(adoption).toMatchObject({ made: null, byHand: [] });
    expect(Object.keys(files)).toEqual(['configs/r1.yaml']);
    expect(files['configs/r1.yaml']).toContain('192.0.2.99');
  });

  it('says again what every item must say, where others share the row', () => {
    const all = `${FLEET['configs/all.yaml']}  pools:\n    - {name: guests, ranges: [192.0.2.10-192.0.2.20], comment: ours}\n`;
    const files = { ...FLEET, 'configs/all.yaml': all };
    const before = inventoryOf(files);
    const base = layersFor(before, 'r1').desired;
    const pool = { name: 'guests', ranges: '192.0.2.10-192.0.2.20', comment: 'mine' };
    const now: LiveState = { menus: { ...live({ servers: '192.0.2.99' }).menus, '/ip/pool': [pool] } };
    const adoption = adoptionOf(before, 'r1', driftOf(base, now));
    expect(adoption.byHand).toEqual([]);
    const after = inventoryOf({ ...files, ...editedFiles(files, 'r1', adoption) });
    expect(renderPlanText(makePlan({ desired: layersFor(after, 'r1').desired, base, live: now }))).toContain(
      'No changes.',
    );
  });

  it('gets a RouterConfig of its own where the device has none', () => {
    const { 'configs/r1.yaml': _, ...shared } = FLEET;
    const before = inventoryOf(shared);
    const base = layersFor(before, 'r1').desired;
    const entries = driftOf(base, live({ servers: '192.0.2.99' }, ROWS.slice(3)));
    const adoption = adoptionOf(before, 'r1', entries);
    expect(adoption.made).toEqual({ name: 'r1-adopted', priority: 20 });
    expect(editedFiles(shared, 'r1', adoption)).toEqual({
      'configs/r1-adopted.yaml': `apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterConfig
metadata:
  name: r1-adopted
spec:
  selector:
    names: [r1]
  priority: 20
  dns:
    servers: [192.0.2.99]
`,
    });
  });

  it('is left to people where a file can not say it of one device alone', () => {
    const cleared = ROWS.map(({ comment, ...row }) =>
      comment === 'everybody' ? row : { ...row, ...(comment === undefined ? {} : { comment }) },
    );
    const { adoption } = adopted(
      live(
        {},
        cleared.filter(({ address }) => address !== '198.51.100.1'),
      ),
    );
    expect(adoption.edits).toEqual([]);
    expect(adoption.byHand.map(({ because }) => because)).toEqual([
      'the RouterConfig all declares it for other devices too',
      'comment has no value there, and all declares one for other devices too',
    ]);
  });

  it('is no secret and no place in an order', () => {
    const inventory = inventoryOf(FLEET);
    const moved: DriftEntry = {
      class: 'Reordered',
      menu: LIST,
      match: ROWS[0] ?? {},
      desired: {},
      live: {},
      before: null,
    };
    expect(adoptionOf(inventory, 'r1', [moved]).byHand).toMatchObject([
      { because: 'its place follows from the order of the rows in the files: move it there' },
    ]);
    const security = { name: 'home' };
    const wifi: DriftEntry = {
      class: 'Changed',
      menu: '/interface/wifi/security',
      match: security,
      desired: { comment: 'ours' },
      live: { comment: 'mine' },
    };
    expect(adoptionOf(inventory, 'r1', [wifi])).toMatchObject({
      edits: [],
      byHand: [{ because: 'a row of /interface/wifi/security is a part of an item of wifi: change that item' }],
    });
    const member: DriftEntry = {
      class: 'Missing',
      menu: '/interface/list/member',
      match: { list: 'lan', interface: 'ether1' },
      desired: {},
      live: {},
    };
    expect(adoptionOf(inventory, 'r1', [member]).byHand).toMatchObject([
      { because: 'a row of /interface/list/member is a part of an item of interfaceLists: change that item' },
    ]);
  });
});
