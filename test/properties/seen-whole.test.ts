import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ApprovablePlan, ApprovableView, ControlBody, PlanGroupsView, PlanView } from '#controller';
import { CONTROL, controlPlanIdOf } from '#controller';
import {
  type Change,
  factsOf,
  fleetPlanIdOf,
  groupDevices,
  maskPlan,
  type Plan,
  type PlanBody,
  planIdOf,
  sharedKeyOf,
  shownBody,
  writeCostOf,
} from '#differ';
import { renderBodyText } from '#differ/render';
import type { MenuPath, Row } from '#routeros';
import { TEST_CATALOGUE } from '#test/states.ts';
import { TRICKY, variantsOf } from '#test/variants.ts';
import { runs } from '#test/sample.ts';
import { approvalResult } from '../../cli/approval/approval-result.ts';
import { approvalText } from '../../cli/text/approval-text.ts';
import type { Style } from '../../cli/output.ts';
import { onePlanText, plansText } from '../../cli/text/plan-text.ts';
import { toldGroups, toldPlan } from '../../cli/text/told-plans.ts';
import { sharedPlanOf } from '../../controller/operations/plan-views.ts';

/** As it comes from the controller. */
function asRead<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

const plain = (text: string): string => text;
const STYLE: Style = {
  width: Number.POSITIVE_INFINITY,
  good: plain,
  bad: plain,
  warn: plain,
  dim: plain,
  strong: plain,
};
/** Ids are one line of what people read, and nobody compares them by heart: here all are alike. */
const SAME_ID = `sha256:${'0'.repeat(64)}` as const;
const HEAD = 'a'.repeat(40);
const NOW = 1_000;

const texts = fc.constantFrom(...TRICKY);
const names = fc.constantFrom('name', 'address', 'list', 'comment', 'ttl', 'a', 'a b', 'a=b');
const rows = fc.dictionary(names, texts, { maxKeys: 3 }) as fc.Arbitrary<Row>;
const matches = fc.option(rows, { nil: null });
const menus = fc.constantFrom<MenuPath>('/ip/dns', '/ip/address', '/ip/firewall/address-list');
const reasons = fc.constantFrom('declared', 'dropped', 'unlisted', 'restored');
const places = fc.nat({ max: 2 });

const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('create'), menu: menus, match: rows, fields: rows, reason: reasons }),
  fc.record({
    kind: fc.constant('set'),
    menu: menus,
    match: matches,
    nth: places,
    fields: rows,
    before: rows,
    reason: reasons,
  }),
  fc.record({ kind: fc.constant('remove'), menu: menus, match: rows, nth: places, before: rows, reason: reasons }),
  fc.record({
    kind: fc.constant('move'),
    menu: menus,
    match: rows,
    nth: places,
    beforeMatch: matches,
    reason: reasons,
  }),
);

const bodies: fc.Arbitrary<PlanBody> = fc
  .record({
    source: texts,
    device: fc.record({ name: fc.constantFrom('r1', 'r2'), serial: texts, address: texts, credential: texts }),
    operations: fc.array(changes, { maxLength: 3 }),
    confirmWithinSeconds: fc.constantFrom(300, 301),
    rowsPerSecond: fc.constantFrom(64, 128),
    touched: fc.array(fc.record({ menu: menus, match: matches, rows: fc.array(rows, { maxLength: 2 }) }), {
      maxLength: 2,
    }),
    policyDigest: fc.constantFrom('sha256:0', 'sha256:1'),
    heldBack: fc.array(fc.record({ menu: menus, match: matches, because: texts }), { maxLength: 2 }),
  })
  .map((body) => tidy(asRead(body)));

/** A body that holds nothing back lacks the field. */
function tidy({ heldBack = [], ...body }: PlanBody): PlanBody {
  return heldBack.length === 0 ? body : { ...body, heldBack };
}

/** A body that differs from this one in one place, of the same form. */
function bodyBeside(body: PlanBody): fc.Arbitrary<PlanBody> {
  const fixed = new Set(['kind', 'menu', 'reason', 'name', 'nth', 'confirmWithinSeconds', 'rowsPerSecond']);
  const isText = (key: string, value: unknown): boolean => !fixed.has(key) && typeof value === 'string';
  const all: PlanBody[] = [];
  const walk = (value: unknown, rebuild: (value: unknown) => PlanBody): void => {
    if (Array.isArray(value)) {
      for (const [index, entry] of value.entries()) {
        all.push(rebuild(value.toSpliced(index, 1)), rebuild(value.toSpliced(index, 0, entry)));
        if (index > 0) all.push(rebuild(value.toSpliced(index - 1, 2, entry, value[index - 1])));
        walk(entry, (changed) => rebuild(value.with(index, changed)));
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        if (isText(key, member)) for (const text of TRICKY) all.push(rebuild({ ...value, [key]: text }));
        if (key === 'nth' || key === 'confirmWithinSeconds' || key === 'rowsPerSecond')
          all.push(rebuild({ ...value, [key]: Number(member) + 1 }));
        if (['match', 'fields', 'before', 'beforeMatch'].includes(key) && member !== null) {
          all.push(rebuild({ ...value, [key]: { ...member, more: 'none' } }), rebuild({ ...value, [key]: {} }));
        }
        walk(member, (changed) => rebuild({ ...value, [key]: changed }));
      }
    }
  };
  walk(body, (changed) => changed as PlanBody);
  return fc.constantFrom(...all.map(tidy));
}

const bodyPairs = bodies.chain((body) => fc.tuple(fc.constant(body), fc.oneof(bodyBeside(body), bodies)));

const json = fc.letrec<{ value: unknown; list: unknown; object: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    texts,
    fc.constantFrom(1, 0, true, false, null),
    tie('list'),
    tie('object'),
    fc.constantFrom('canary', 'rest'),
  ),
  list: fc.oneof(
    fc.array(tie('value'), { maxLength: 3 }),
    fc.uniqueArray(fc.record({ name: texts, share: tie('value') }), { maxLength: 3, selector: ({ name }) => name }),
  ),
  object: fc.dictionary(fc.constantFrom('a', 'name', 'waves', 'a b', 'a.b', '0', 'labels'), tie('value'), {
    maxKeys: 3,
  }),
}));

const contents = fc.record({ metadata: fc.record({ name: texts, labels: json.object }), spec: json.value });
const controlChanges = fc
  .record({
    kind: fc.constantFrom('RouterDevice', 'Roster', 'ApprovalPolicy', 'RolloutPolicy'),
    name: texts,
    form: fc.constantFrom('added', 'removed', 'changed'),
    before: contents,
    after: contents,
    same: fc.boolean(),
  })
  .map(({ kind, name, form, before, after, same }) => ({
    kind,
    name,
    before: form === 'added' ? null : before,
    after: form === 'removed' ? null : same ? { ...before, metadata: after.metadata } : after,
  }));
const controlBodies = fc
  .record({
    source: texts,
    changes: fc.array(controlChanges, { minLength: 1, maxLength: 2 }),
  })
  .map((body) => asRead(body) as ControlBody);

/** Before and after stay objects, or null as they are. */
function controlBeside(body: ControlBody): fc.Arbitrary<ControlBody> {
  const all = body.changes.flatMap((change, index) =>
    (['before', 'after'] as const).flatMap((side) =>
      change[side] === null
        ? []
        : [...variantsOf(change[side])]
            .filter((content) => typeof content === 'object' && content !== null && !Array.isArray(content))
            .map((content) => ({ ...body, changes: body.changes.with(index, { ...change, [side]: content }) })),
    ),
  );
  return fc.constantFrom(...all, { ...body, source: `${body.source}x` });
}

const controlPairs = controlBodies.chain((body) =>
  fc.tuple(fc.constant(body), fc.oneof(controlBeside(body), controlBodies)),
);

function viewOf(plans: readonly PlanBody[], control: ControlBody | null): ApprovableView {
  return {
    kind: plans.length + (control === null ? 0 : 1) > 1 ? 'fleet' : control === null ? 'device' : 'control',
    id: SAME_ID,
    now: NOW,
    source: 'git:/fleet#main',
    branch: 'main',
    head: HEAD,
    refusals: [],
    mend: [],
    plans: plans.map(approvableOf),
    control: control === null ? null : { id: SAME_ID, body: control },
    excluded: [],
    signer: null,
    obstacles: [],
    missing: [],
  };
}

function approvableOf(body: PlanBody): ApprovablePlan {
  const facts = { critical: false, readAt: NOW, offline: false, superseded: false, withControl: false, waitsFor: [] };
  return { device: body.device.name, planId: SAME_ID, body, ...facts };
}

function planOf({ operations, touched, heldBack }: PlanBody): Plan {
  const held = heldBack === undefined ? {} : { heldBack };
  return { changes: operations, ...held, touched, inverse: [], extras: [], released: [], frozen: [], conflicts: [] };
}

function plansViewOf(all: readonly PlanBody[]): PlanGroupsView {
  const current = all.map((body) => ({
    device: body.device.name,
    plan: planOf(body),
    body,
    group: sharedKeyOf(planOf(body)),
  }));
  return {
    fleetPlanId: SAME_ID,
    plans: current.map(({ device, body }) => ({
      id: SAME_ID,
      device,
      critical: false,
      changes: body.operations.length,
      facts: factsOf(body),
      readAt: NOW,
      offline: false,
      waitingFor: [],
    })),
    groups: groupDevices(current).map(({ devices, first }) => ({
      devices,
      offline: [],
      changes: first.body.operations.length,
      plan: sharedPlanOf(first),
    })),
    now: NOW,
    revision: HEAD,
    fault: null,
    unread: [],
    offline: [],
    control: null,
  };
}

function planViewOf(body: PlanBody): PlanView {
  return {
    id: SAME_ID,
    device: body.device.name,
    revision: HEAD,
    createdAt: NOW,
    supersededAt: null,
    now: NOW,
    readAt: NOW,
    offline: false,
    timeZone: null,
    plan: maskPlan(planOf(body)),
    body: shownBody(body),
    facts: factsOf(body),
    cost: { ...writeCostOf(body.operations, body.rowsPerSecond), undo: null },
    waitingFor: [],
  };
}

const APPROVED = { commit: HEAD, pushed: false } as const;

/** Every form in which people read what they approve. */
const FORMS: Readonly<Record<string, (plans: readonly PlanBody[], control: ControlBody | null) => string>> = {
  'rosctl approve': (plans, control) => approvalText(viewOf(plans, control), STYLE, false),
  'rosctl approve --commands': (plans, control) => approvalText(viewOf(plans, control), STYLE, true),
  'rosctl approve --output json': (plans, control) =>
    JSON.stringify(approvalResult(viewOf(plans, control), SAME_ID, APPROVED)),
};

/** Those that show plans alone. */
const PLAN_FORMS: typeof FORMS = {
  ...FORMS,
  'rosctl plan': (plans) => plansText(toldGroups(plansViewOf(plans)), new Map(), STYLE),
  'rosctl plan --output json': (plans) => JSON.stringify(toldGroups(plansViewOf(plans))),
  'rosctl plan --device': (plans) =>
    plans.map((body) => onePlanText(toldPlan(planViewOf(body)), STYLE, 'without')).join('\n'),
  'rosctl plan --device --output json': (plans) => JSON.stringify(plans.map((body) => toldPlan(planViewOf(body)))),
};

const RUNS = runs(500);

/** The forms in which the two read alike. */
function alikeIn(forms: typeof FORMS, one: Parameters<(typeof FORMS)[string]>, other: typeof one): readonly string[] {
  return Object.entries(forms).flatMap(([name, form]) => (form(...one) === form(...other) ? [name] : []));
}

describe('two plans with different ids never read alike, in any form', () => {
  test('device plans', () => {
    fc.assert(
      fc.property(bodyPairs, ([one, other]) => {
        fc.pre(planIdOf(one) !== planIdOf(other));
        expect(alikeIn(PLAN_FORMS, [[one], null], [[other], null])).toEqual([]);
      }),
      RUNS,
    );
  });

  test('control plans', () => {
    fc.assert(
      fc.property(controlPairs, ([one, other]) => {
        fc.pre(controlPlanIdOf(one) !== controlPlanIdOf(other));
        expect(alikeIn(FORMS, [[], one], [[], other])).toEqual([]);
      }),
      RUNS,
    );
  });

  test('swapped waves are seen as just that, and a label none as a text', () => {
    const wave = (name: string): unknown => ({ name, selector: { matchLabels: { rollout: name } } });
    const policy = (waves: readonly unknown[]): unknown => ({ metadata: { name: 'usual' }, spec: { waves } });
    const text = (before: unknown, after: unknown): string =>
      approvalText(
        viewOf([], { source: 's', changes: [{ kind: 'RolloutPolicy', name: 'usual', before, after }] }),
        STYLE,
        false,
      );
    const [canary, rest] = [wave('canary'), wave('rest')];
    expect(text(policy([canary, rest]), policy([rest, canary]))).toContain(
      'spec.waves in this order: [canary, rest] → [rest, canary]\n',
    );
    const labelled = (labels: Record<string, string>): unknown => ({ metadata: { name: 'usual', labels }, spec: {} });
    expect(text(labelled({}), labelled({ site: 'none' }))).toContain('metadata.labels.site: none → "none"\n');
  });

  const named = (body: PlanBody, name: string): PlanBody => ({ ...body, device: { ...body.device, name } });
  const idOf = (plans: readonly PlanBody[], control: ControlBody | null): string =>
    fleetPlanIdOf([
      ...plans.map((body) => ({ device: body.device.name, planId: planIdOf(body) })),
      ...(control === null ? [] : [{ device: CONTROL, planId: controlPlanIdOf(control) }]),
    ]);

  test('fleet plans, equal plans shown together', () => {
    fc.assert(
      fc.property(bodyPairs, fc.boolean(), ([mine, theirs], alike) => {
        const one = [named(mine, 'r1'), named(alike ? mine : theirs, 'r2')];
        const other = [named(theirs, 'r1'), named(mine, 'r2')];
        fc.pre(idOf(one, null) !== idOf(other, null));
        expect(alikeIn(PLAN_FORMS, [one, null], [other, null])).toEqual([]);
      }),
      RUNS,
    );
  });

  test('fleet plans with a control plan among them', () => {
    fc.assert(
      fc.property(bodyPairs, controlPairs, fc.boolean(), ([mine, theirs], [control, otherControl], sameControl) => {
        const one = [named(mine, 'r1'), named(theirs, 'r2')];
        const [other, second] = sameControl ? [[named(mine, 'r1'), named(mine, 'r2')], control] : [one, otherControl];
        fc.pre(idOf(one, control) !== idOf(other, second));
        expect(alikeIn(FORMS, [one, control], [other, second])).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe('what people approve', () => {
  test('is ASCII but for the arrows, whoever wrote it', () => {
    fc.assert(
      fc.property(bodies, controlBodies, (body, control) => {
        const text = approvalText(viewOf([body], control), STYLE, true);
        expect(text).not.toMatch(/[^ -~\n→]/u);
      }),
      RUNS,
    );
  });

  test('shows a secret as its name and the first digits of its seal, so that a rotated one is seen', () => {
    const body = (seal: string): PlanBody => ({
      source: 's',
      device: { name: 'r1', serial: 'S', address: 'https://192.0.2.1', credential: 'lab' },
      operations: [
        {
          kind: 'set',
          menu: '/test/peers',
          match: { name: 'north' },
          nth: 0,
          fields: { password: seal, token: '' },
          before: { password: 'f'.repeat(64) },
          reason: 'declared',
        },
      ],
      confirmWithinSeconds: 300,
      touched: [
        {
          menu: '/test/peers',
          match: { name: 'north' },
          rows: [{ name: 'north', password: 'f'.repeat(64) }],
        },
      ],
      policyDigest: 'sha256:0',
    });
    const sealed = '0123456789abcdef'.repeat(4);
    const text = renderBodyText(body(sealed), TEST_CATALOGUE);
    expect(text).toContain('password: (secret:ffffffff) → (secret:01234567), token: none → ""');
    expect(JSON.stringify(shownBody(body(sealed), TEST_CATALOGUE))).not.toContain(sealed.slice(0, 9));
    expect(text).not.toBe(renderBodyText(body(`9${sealed.slice(1)}`), TEST_CATALOGUE));
  });
});
