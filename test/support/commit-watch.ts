import { StatementSync } from 'node:sqlite';

/** How members of a rollout are stored, unlike its rules. */
const MEMBERS = '{"v":1,"data":[{';

type Member = Readonly<Record<'planId' | 'device' | 'state', string>>;

/**
 * Has every commit to SQLite in this process looked at, right before it counts and right after it. `step` is what it
 * stores: the actions that it audits and how it moves members of rollouts (`pending>released`), or else the tables
 * that it writes.
 */
export function watchCommits(look: (step: string, phase: 'before' | 'after') => void): void {
  const run = Reflect.get(StatementSync.prototype, 'run');
  const all = Reflect.get(StatementSync.prototype, 'all');
  const members = new Map<string, string>();
  let inside = false;
  let written: Written = nothing();

  function remember(rows: readonly unknown[]): void {
    for (const row of rows as readonly Readonly<Record<string, unknown>>[])
      if (typeof row['members'] === 'string') movesTo(row['members'], members);
  }

  StatementSync.prototype.all = function allWatched(...parameters) {
    const rows = Reflect.apply(all, this, parameters);
    remember(rows);
    return rows;
  };
  StatementSync.prototype.run = function runWatched(...parameters) {
    const sql = this.sourceSQL;
    if (sql === 'begin') [inside, written] = [true, nothing()];
    if (sql === 'rollback') inside = false;
    const table = /^(?:insert into|update|delete from) "?(\w+)"?/.exec(sql)?.[1];
    if (table !== undefined) note(written, table, parameters, members);
    const ends = sql === 'commit' || (!inside && table !== undefined);
    if (!ends || written.tables.size === 0) return Reflect.apply(run, this, parameters);
    const step = stepOf(written);
    look(step, 'before');
    const result = Reflect.apply(run, this, parameters);
    look(step, 'after');
    [inside, written] = [false, nothing()];
    return result;
  };
}

interface Written {
  readonly tables: Set<string>;
  readonly actions: string[];
  readonly moves: Set<string>;
}

function nothing(): Written {
  return { tables: new Set(), actions: [], moves: new Set() };
}

function note(written: Written, table: string, parameters: readonly unknown[], members: Map<string, string>): void {
  written.tables.add(table);
  for (const text of parameters) {
    if (typeof text !== 'string') continue;
    if (table === 'audit' && text.startsWith('{')) {
      written.actions.push((JSON.parse(text) as { readonly action: string }).action);
    }
    if (table === 'rollouts' && text.startsWith(MEMBERS)) {
      for (const move of movesTo(text, members)) written.moves.add(move);
    }
  }
}

/** `pending>released` and the like, for those members that another state was remembered of. */
function movesTo(text: string, members: Map<string, string>): readonly string[] {
  return (JSON.parse(text) as { readonly data: readonly Member[] }).data.flatMap(({ device, planId, state }) => {
    const was = members.get(`${planId} ${device}`);
    members.set(`${planId} ${device}`, state);
    return was === undefined || was === state ? [] : [`${was}>${state}`];
  });
}

function stepOf({ tables, actions, moves }: Written): string {
  const told = [...new Set(actions), ...[...moves].toSorted()];
  return (told.length > 0 ? told : [...tables].toSorted()).join(' ');
}
