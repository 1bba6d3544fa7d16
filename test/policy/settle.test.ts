import { describe, expect, it } from 'vitest';
import { settle, type ArmedState, type LiveRelation, type Settlement } from '../../controller/policy/settle.ts';
import type { AttemptStep } from '../../controller/records/attempts.ts';

const STEPS: readonly AttemptStep[] = [
  'arming',
  'armed',
  'applying',
  'applied',
  'verdict-healthy',
  'verdict-unhealthy',
  'undoing',
  'disarming',
];
const CLAIMS: readonly ArmedState['claim'][] = ['armed', 'fired', 'confirmed', 'none'];
const LIVES: readonly LiveRelation[] = ['before', 'after', 'mixed'];

/** Every state an attempt can be found in. */
const STATES = STEPS.flatMap((step) =>
  CLAIMS.flatMap((claim) =>
    (claim === 'fired' ? [false, true] : [false]).flatMap((undoRunning) =>
      LIVES.flatMap((live) =>
        [null, 'the key was revoked'].map((revoked) => ({ step, armed: { claim, undoRunning }, live, revoked })),
      ),
    ),
  ),
);

function short(settlement: Settlement): string {
  return settlement.action === 'close' ? `close:${settlement.end}` : settlement.action;
}

/** before after mixed, for each step in the order of STEPS. */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  armed: [
    'close:closed close:closed close:closed',
    'close:closed close:closed close:closed',
    'resume resume resume',
    'undo resume undo',
    'undo confirm undo',
    'undo undo undo',
    'undo undo undo',
    'undo confirm undo',
  ],
  fired: [
    'close:closed close:closed close:closed',
    'close:closed close:closed close:closed',
    'close:undone undo undo',
    'close:undone undo undo',
    'close:undone undo undo',
    'close:undone undo undo',
    'close:undone undo undo',
    'close:undone undo undo',
  ],
  'armed, revoked': STEPS.map((step) =>
    step === 'arming' || step === 'armed' ? 'close:closed close:closed close:closed' : 'undo undo undo',
  ),
  'fired, undo running': STEPS.map(() => 'undo undo undo'),
  confirmed: [
    ...['arming', 'armed', 'applying', 'applied'].map(() => 'stall stall stall'),
    'close:confirmed close:confirmed close:confirmed',
    ...['verdict-unhealthy', 'undoing'].map(() => 'stall stall stall'),
    'close:confirmed close:confirmed close:confirmed',
  ],
  none: [
    'close:closed close:closed close:closed',
    'close:closed close:closed close:closed',
    'close:undone stall stall',
    'close:undone stall stall',
    'close:undone stall stall',
    'close:undone stall stall',
    'close:undone stall stall',
    'stall close:confirmed close:confirmed',
  ],
};

describe('settle', () => {
  it.each(STATES)(
    'step $step, claim $armed.claim (undo running: $armed.undoRunning), live $live, revoked: $revoked',
    ({ step, armed, live, revoked }) => {
      const { claim, undoRunning } = armed;
      const name = undoRunning
        ? 'fired, undo running'
        : claim === 'armed' && revoked !== null
          ? 'armed, revoked'
          : claim;
      const row = TABLE[name]?.[STEPS.indexOf(step)];
      expect(short(settle(step, armed, live, revoked))).toBe(row?.split(' ')[LIVES.indexOf(live)]);
    },
  );

  it('keeps a change only after a healthy verdict', () => {
    const keeping = STATES.filter(({ step, armed, live, revoked }) =>
      /^(confirm|close:confirmed)$/.test(short(settle(step, armed, live, revoked))),
    );
    expect(new Set(keeping.map((state) => state.step))).toEqual(new Set(['verdict-healthy', 'disarming']));
  });

  it('never resumes or confirms once the undo has the claim', () => {
    for (const { step, armed, live, revoked } of STATES.filter((state) => state.armed.claim === 'fired')) {
      expect(['undo', 'close']).toContain(settle(step, armed, live, revoked).action);
    }
  });

  it('neither goes on nor confirms what was approved with a key that is revoked', () => {
    for (const { step, armed, live, revoked } of STATES.filter((state) => state.revoked !== null)) {
      expect(['undo', 'close', 'stall']).toContain(settle(step, armed, live, revoked).action);
    }
  });

  it('records an attempt as undone or closed only with the old rows on the router, or before the first write', () => {
    for (const { step, armed, live, revoked } of STATES) {
      const settlement = settle(step, armed, live, revoked);
      if (settlement.action !== 'close' || settlement.end === 'confirmed') continue;
      expect(live === 'before' || step === 'arming' || step === 'armed').toBe(true);
    }
  });

  it('always says why', () => {
    for (const { step, armed, live, revoked } of STATES) expect(settle(step, armed, live, revoked).reason).not.toBe('');
  });
});
