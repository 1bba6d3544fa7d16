import { describe, expect, it } from 'vitest';
import { ConsoleFailure } from '../../simulator/model/console.ts';
import { callerWith } from '../support/memory-console.ts';
import { scriptRig } from '../support/script-rig.ts';

describe('execute', () => {
  it('as-string gives what was printed, joined by CR LF, its error last', async () => {
    const rig = scriptRig();
    expect(await rig.jobs.execute(':put a; :put b', callerWith(), 'as-string')).toEqual({ ret: 'a\r\nb' });
    expect(await rig.jobs.execute(':put a; :error "x"', callerWith(), 'as-string')).toEqual({
      ret: 'a\r\nx (:error; line 1)',
    });
    expect(rig.jobs.list()).toEqual([]);
  });

  it('in the background gives a job id at once and tells errors only to the log', async () => {
    const rig = scriptRig();
    const { ret } = await rig.jobs.execute(':delay 5s; :error "late"', callerWith(), 'background');
    expect(ret).toMatch(/^\*[0-9A-F]+$/);
    expect(rig.jobs.list()).toEqual([expect.objectContaining({ '.id': ret, owner: 'gitops', type: 'command' })]);
    await rig.clock.advance(5000);
    expect(rig.jobs.list()).toEqual([]);
    expect(rig.router.lines).toEqual([
      { topics: 'script,error', message: expect.stringContaining('late (:error; line 1)') },
    ]);
  });

  it('jobs run side by side', async () => {
    const rig = scriptRig();
    await rig.jobs.execute(':delay 2s; :log info "two"', callerWith(), 'background');
    await rig.jobs.execute(':delay 1s; :log info "one"', callerWith(), 'background');
    await rig.clock.advance(2000);
    expect(rig.router.lines.map((line) => line.message)).toEqual(['one', 'two']);
  });

  it('a script that never waits leaves room for others', async () => {
    const rig = scriptRig();
    await rig.jobs.execute(':while (true) do={}', callerWith(), 'background');
    expect(await rig.run(':put still; :put here')).toBe('still\r\nhere');
    rig.jobs.close();
    expect(rig.jobs.list()).toEqual([]);
  });

  it('a script above 64 kB does not run', async () => {
    const rig = scriptRig();
    const script = `:log info "${'x'.repeat(65_524)}"`;
    expect(script).toHaveLength(65_536);
    expect(await rig.run(script)).toBe('');
    expect(await rig.run(`${script} `)).toBe('script is larger than 64 kB');
    rig.addScript('long', `${script} `);
    expect(await rig.run('/system script run long')).toBe('script is larger than 64 kB (/system/script/run; line 1)');
    expect(rig.router.lines).toHaveLength(1);
  });

  it('nothing of a script with a syntax error runs', async () => {
    const rig = scriptRig();
    expect(await rig.run('/ip dns static add name=x\n:put (')).toBe('syntax error (line 2 column 7)');
    expect(rig.names('/ip/dns/static')).toEqual([]);
  });
});

describe('scripts', () => {
  it('run by name and count their runs', async () => {
    const rig = scriptRig();
    rig.addScript('hello', ':put "hello $[/system identity get name]"', 'read');
    expect(await rig.run('/system script run hello; /system/script/run "hello"')).toBe(
      'hello MikroTik\r\nhello MikroTik',
    );
    expect(rig.router.read('/system/script')[0]).toMatchObject({
      'run-count': '2',
      'last-started': '2026-11-21 12:00:00',
    });
  });

  it('are found in the job list by name, as a row under the job that runs them', async () => {
    const rig = scriptRig();
    rig.addScript('outer', '/system script run inner');
    rig.addScript('inner', ':delay 1m');
    const { ret } = await rig.jobs.execute('/system script run outer', callerWith(), 'background');
    await rig.clock.settle();
    const rows = rig.jobs.list();
    expect(rows.map((row) => [row['script'], row['parent'] === undefined])).toEqual([
      [undefined, true],
      ['outer', false],
      ['inner', false],
    ]);
    expect(rows[1]?.['parent']).toBe(ret);
    expect(rows[2]?.['parent']).toBe(rows[1]?.['.id']);
    expect(await rig.run(':put [:len [/system/script/job find where script="inner"]]')).toBe('1');
    await rig.clock.advance(60_000);
    expect(rig.jobs.list()).toEqual([]);
  });

  it('hand their error to the script that runs them', async () => {
    const rig = scriptRig();
    rig.addScript('bad', ':put a\n:error "inner"');
    rig.addScript('broken', ':put (');
    expect(
      await rig.run(':do {/system script run bad} on-error={:put caught}; /system script run bad; :put never'),
    ).toBe('a\r\ncaught\r\na\r\ninner (:error; line 2)');
    expect(await rig.run('/system script run broken')).toBe('syntax error (line 1 column 7)');
    await expect(rig.jobs.runScript('bad', callerWith())).rejects.toThrow('inner (:error; line 2)');
    await expect(rig.jobs.runScript('nobody', callerWith())).rejects.toThrow(new ConsoleFailure('no such item', 404));
  });

  it('run with their own rights, never with more than their caller has', async () => {
    const rig = scriptRig();
    rig.addScript('reader', '/ip dns static add name=x', 'read');
    rig.addScript('writer', '/ip dns static add name=y', 'read,write');
    expect(await rig.run('/system script run reader')).toContain('not enough permissions (9)');
    await rig.jobs.runScript('writer', callerWith('read', 'write'));
    expect(rig.names('/ip/dns/static')).toEqual(['y']);
    expect(rig.router.writes.at(-1)).toBe('add /ip/dns/static *3 by script');
  });

  it('with more rights than their caller fail with nothing but a log line', async () => {
    const rig = scriptRig();
    rig.addScript('strong', '/ip dns static add name=x', 'read,write,policy');
    expect(await rig.run('/system script run strong; :put after', callerWith('read', 'write'))).toBe('after');
    await rig.jobs.runScript('strong', callerWith('read', 'write'));
    expect(rig.names('/ip/dns/static')).toEqual([]);
    expect(rig.router.lines).toHaveLength(2);
    expect(rig.router.lines[0]).toEqual({
      topics: 'script,error',
      message: expect.stringContaining('not enough permissions: policy'),
    });
    expect(rig.router.read('/system/script')[0]).not.toHaveProperty('run-count');
  });

  it('with dont-require-permissions run with their own rights for anybody', async () => {
    const rig = scriptRig();
    rig.addScript('strong', '/ip dns static add name=x', 'read,write');
    await rig.run('/system script set strong dont-require-permissions=true');
    expect(await rig.run('/system script run strong', callerWith('read'))).toBe('');
    expect(rig.names('/ip/dns/static')).toEqual(['x']);
  });
});

describe('the end of a job', () => {
  const source = ':log info "first"; :do {:delay 1m} on-error={:log info "caught"}; :log info "second"';

  it('removed from the list it starts no other statement, nor does what it runs', async () => {
    const rig = scriptRig();
    rig.addScript('slow', source);
    await rig.jobs.execute('/system script run slow; :log info "parent"', callerWith(), 'background');
    await rig.clock.settle();
    expect(await rig.run('/system script job remove [find where script="slow"]')).toBe('');
    await rig.clock.advance(120_000);
    expect(rig.router.lines.map((line) => line.message)).toEqual([
      'first',
      'executing script command from rest-api failed, please check it manually: interrupted (/system/script/run; line 1)',
    ]);
    expect(rig.jobs.list()).toEqual([]);
    expect(rig.clock.sleeping).toBe(0);
  });

  it('a parent takes its children along', async () => {
    const rig = scriptRig();
    rig.addScript('slow', source);
    const { ret } = await rig.jobs.execute('/system script run slow', callerWith(), 'background');
    await rig.clock.settle();
    expect(rig.jobs.list()).toHaveLength(2);
    rig.jobs.remove(ret);
    expect(rig.jobs.list()).toEqual([]);
    await rig.clock.advance(120_000);
    expect(rig.router.lines.map((line) => line.message)).toEqual(['first']);
    expect(() => rig.jobs.remove(ret)).toThrow(new ConsoleFailure('no such item', 404));
  });

  it('a script that is busy stops before its next statement', async () => {
    const rig = scriptRig();
    const { ret } = await rig.jobs.execute(':while (true) do={/ip dns static add name=x}', callerWith(), 'background');
    await rig.clock.settle();
    rig.jobs.remove(ret);
    const written = rig.router.writes.length;
    expect(written).toBeGreaterThan(0);
    await rig.clock.settle();
    expect(rig.router.writes).toHaveLength(written);
  });

  it.each(['reboot', 'close'] as const)('%s ends all jobs and leaves no timer', async (end) => {
    const rig = scriptRig();
    rig.addScript('slow', source);
    await rig.run('/system scheduler add name=s interval=1m on-event=":log info x" policy=read,write');
    await rig.jobs.execute('/system script run slow', callerWith(), 'background');
    const answer = rig.run(':put a; :delay 1m; :put b');
    await rig.clock.settle();
    rig.jobs[end]();
    expect(await answer).toBe('a\r\ninterrupted');
    expect(rig.jobs.list()).toEqual([]);
    expect(rig.clock.sleeping).toBe(0);
    await rig.clock.advance(600_000);
    expect(rig.router.lines.map((line) => line.message)).toEqual(['first']);
  });
});
