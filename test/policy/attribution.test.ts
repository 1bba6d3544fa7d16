import { describe, expect, it } from 'vitest';
import {
  attributionText,
  bothSuspicions,
  suspicionOf,
  type ToldChange,
  type Traces,
} from '../../controller/policy/attribution.ts';

const SINCE = 1_700_000_000_000;
const LATER = SINCE + 60_000;
const BEFORE = SINCE - 60_000;

function change(by: string, action: string, at: number | null = LATER): ToldChange {
  return { at, by, action };
}

/** A router whose history and log reach back, and which tells of these changes. */
function traces(history: readonly ToldChange[], more: Partial<Traces> = {}): Traces {
  return {
    history: [...history, change('gitops', 'dns changed', BEFORE)],
    log: [],
    logsFrom: BEFORE,
    logins: [{ at: LATER, name: 'anna', via: 'winbox', from: '192.0.2.7' }],
    active: ['anna'],
    doubts: [],
    ...more,
  };
}

const CHANGED = change('anna', 'address list entry changed');
const LISTS = '/ip/firewall/address-list';

function judge(given: Traces, since: number | null = SINCE, menu: Parameters<typeof suspicionOf>[0] = LISTS) {
  return suspicionOf(menu, given, since, 'gitops');
}

describe('who changed a menu', () => {
  it('is certain where the history is whole and names one person, and nobody else was there', () => {
    const found = judge(traces([CHANGED]));
    expect(found).toEqual({
      menu: LISTS,
      sure: 'certain',
      people: [{ name: 'anna', via: 'winbox', from: '192.0.2.7', at: LATER }],
      because: [],
    });
    expect(attributionText([found])).toBe('anna (winbox from 192.0.2.7)');
  });

  it.each([
    ['another one was logged in', traces([CHANGED], { active: ['anna', 'bert'] }), SINCE, 'logged in as well: bert'],
    [
      'somebody is there as the controller',
      traces([CHANGED], { active: ['anna', 'gitops'] }),
      SINCE,
      'logged in as well: gitops',
    ],
    ['several changed it', traces([CHANGED, change('bert', CHANGED.action)]), SINCE, 'several people changed it'],
    [
      'the history wrapped',
      traces([], { history: [CHANGED] }),
      SINCE,
      'the history does not reach back to when it was last as confirmed',
    ],
    [
      'the log wrapped',
      traces([CHANGED], { logsFrom: LATER }),
      SINCE,
      'the log does not reach back to when it was last as confirmed',
    ],
    ['nobody knows since when', traces([CHANGED]), null, 'it is not known when it was last as confirmed'],
    ['the clock was set back', traces([CHANGED], { doubts: ['the clock'] }), SINCE, 'the clock'],
    ['only the log tells', traces([], { log: [CHANGED] }), SINCE, 'only the log names them'],
    [
      'the router did something itself',
      traces([CHANGED, change('', CHANGED.action)]),
      SINCE,
      'the router changed it by itself, too',
    ],
  ] as const)('is only likely where %s', (_, given, since, why) => {
    const found = judge(given, since);
    expect([found.sure, found.people.map(({ name }) => name).includes('anna')]).toEqual(['likely', true]);
    expect(found.because).toContain(why);
    expect(attributionText([found])).toMatch(/^likely anna/);
  });

  it('is never the person who changed it before, nor another menu, nor the controller', () => {
    const others = traces([
      change('bert', CHANGED.action, BEFORE),
      change('carl', 'address changed'),
      change('gitops', CHANGED.action),
    ]);
    expect(judge(others)).toMatchObject({
      sure: 'unknown',
      people: [],
      because: ['there are only changes by gitops, as whom the controller logs in', 'logged in meanwhile: anna'],
    });
    expect(judge(traces([], { active: [], logins: [] }))).toMatchObject({
      sure: 'unknown',
      because: ['neither the history nor the log of the router names anybody'],
    });
    expect(attributionText([judge(others)])).toBe('unknown');
  });

  it('goes by the words that mean the menu most closely, and doubts those that mean others as well', () => {
    const entry = traces([change('anna', 'static dns entry added')]);
    expect(judge(entry, SINCE, '/ip/dns').sure).toBe('unknown');
    expect(judge(entry, SINCE, '/ip/dns/static').sure).toBe('certain');
    const settings = judge(traces([change('anna', 'dns changed')]), SINCE, '/ip/dns');
    expect(settings).toMatchObject({ sure: 'likely', because: ['the words of the router also mean other menus'] });
  });

  it('tells settings of the NTP client and of the server apart where the router does', () => {
    const client = traces([change('anna', 'NTP client settings changed')]);
    expect(judge(client, SINCE, '/system/ntp/client').sure).toBe('certain');
    expect(judge(client, SINCE, '/system/ntp/server').sure).toBe('unknown');
    expect(judge(traces([change('anna', 'ntp changed')]), SINCE, '/system/ntp/server').sure).toBe('likely');
  });

  it('without times may be any change, and is not certain', () => {
    const found = judge(
      traces([change('anna', CHANGED.action, null)], { doubts: ['the router does not tell its time'] }),
    );
    expect(found).toMatchObject({ sure: 'likely', people: [{ name: 'anna', at: null }] });
  });

  it('of drift that grew is both who did the first part and who did the rest, as sure as the less clear', () => {
    const anna = judge(traces([CHANGED]));
    const bert = judge(traces([change('bert', CHANGED.action)], { active: [], logins: [] }));
    const nobody = judge(traces([], { active: [], logins: [] }));
    expect(bothSuspicions(anna, bert)).toMatchObject({ sure: 'certain', people: [{ name: 'anna' }, { name: 'bert' }] });
    expect(bothSuspicions(anna, nobody)).toMatchObject({ sure: 'unknown', people: [{ name: 'anna' }] });
    expect(attributionText([bothSuspicions(anna, nobody)])).toBe('likely anna (winbox from 192.0.2.7), and unknown');
  });
});
