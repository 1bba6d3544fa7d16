import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { configYaml, writeFiles } from '#test/rig.ts';
import { COMMANDS } from '../../cli/command-line/command-table.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { type Closers, openWaiting, type Site } from './approve-site.ts';

const closers: Closers = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** How each command is typed that answers from what was read. */
const LINES: readonly (readonly string[])[] = COMMANDS.flatMap(({ name, looksFirst }) => {
  if (looksFirst === undefined) return [];
  if (looksFirst === true) return [[name, ...(name === 'approve' ? ['--yes'] : [])]];
  return looksFirst.map((action) => [name, action, ...(action === 'show' && name === 'plans' ? ['r1'] : [])]);
});

/** Commits without a word to the controller. */
async function commitUnseen(site: Site, name: string): Promise<string> {
  await writeFiles(site.clone, {
    'configs/more.yaml': configYaml('r1', `identity: {name: ${name}}`).replace('10', '200'),
  });
  await site.git('add', '-A');
  await site.git('commit', '-q', '-m', 'Unseen');
  return await site.git('rev-parse', 'HEAD');
}

async function rosctl(site: Site, args: readonly string[]) {
  return await site.who.rosctl([...args, '--state', site.state], { at: 'fleet' });
}

describe('a command in a checkout that is newer than what was read', () => {
  it('has the controller look first, so that a commit is planned and approved at once', async () => {
    const site = await openWaiting(closers);
    const head = await commitUnseen(site, 'first');
    const planned = await rosctl(site, ['plan', 'r1']);
    expect(planned).toMatchObject({ code: EXIT.changes, stderr: '' });
    expect(planned.stdout).toContain('first');
    expect((await rosctl(site, ['trust', 'show'])).stdout).toContain(head.slice(0, 12));
    await commitUnseen(site, 'second');
    const approved = await rosctl(site, ['approve', 'r1', '--yes']);
    expect(approved).toMatchObject({ code: EXIT.ok, stderr: '' });
    expect(approved.stdout).toContain('second');
    await site.settled('InSync', 'r1');
  });

  it('says so where the controller can not have it, and never that nothing is to be done', async () => {
    const site = await openWaiting(closers, true);
    const head = await commitUnseen(site, 'unpushed');
    for (const line of LINES) {
      const { code, stderr } = await rosctl(site, line);
      const told = stderr.includes(`this is not about ${head.slice(0, 12)}`) && stderr.includes('git push origin main');
      const known = code === EXIT.ok;
      expect({ line, told: told || stderr.includes('the clone is ahead'), known }).toEqual({
        line,
        told: true,
        known: false,
      });
    }
    await site.git('push', '-q', 'origin', 'main');
    expect(await rosctl(site, ['status'])).toMatchObject({ code: EXIT.ok, stderr: '' });
    expect((await rosctl(site, ['plan', 'r1'])).stdout).toContain('unpushed');
  });

  it('is every one that tells what the source asks for', () => {
    const telling = globSync('cli/commands/*.ts').filter((file) =>
      /\.ask\('(status|devices|plans|planGroups|plan|approvable|drift|trust|signers)'/.test(readFileSync(file, 'utf8')),
    );
    const looking = new Set(COMMANDS.filter(({ looksFirst }) => looksFirst !== undefined).map(({ name }) => name));
    // It has the source read itself.
    looking.add('reconcile');
    // It tells what became of plans, whatever the source asks for by now.
    looking.add('rollouts');
    expect(telling.map((file) => path.basename(file, '.ts')).filter((name) => !looking.has(name))).toEqual([]);
    expect(LINES.length).toBeGreaterThan(7);
  });
});
