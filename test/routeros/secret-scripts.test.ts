import { describe, expect, it } from 'vitest';
import { addCommand, copyRowScript, InvalidValue, menuOf, restoreStatements, setStatement } from '#routeros';

const MENU = '/interface/wifi/security' as const;
const ROW = { name: 'office', passphrase: 'seal-1' };

function undoOf(keep: string | undefined, rows = [ROW]): string {
  const restores = rows.map((row) => ({
    menu: MENU,
    match: { name: row.name },
    rows: [row],
    ...(keep === undefined ? {} : { keep }),
  }));
  const statements = restoreStatements({ restores, emptyBefore: [] }, null, 60_000);
  return statements.map(({ text }) => text).join('\n');
}

describe('a script', () => {
  it('never holds a secret', () => {
    const menu = menuOf(MENU);
    for (const write of [
      () => addCommand(menu, ROW),
      () => setStatement(menu, { name: 'office' }, ROW),
      () => undoOf(undefined),
      () =>
        undoOf(
          undefined,
          Array.from({ length: 20 }, (_, at) => ({ name: `net-${at}`, passphrase: `seal-${at}` })),
        ),
    ])
      expect(write).toThrow(InvalidValue);
  });

  it('takes it out of the copy, set or made anew, and does nothing without the copy', () => {
    const text = undoOf('rg-x-keep-1');
    expect(text).not.toContain('seal-1');
    expect(text).toContain('[/interface wifi security find where name="rg-x-keep-1"]');
    expect(text).toContain(':if ([:len $rgKeep] != 1) do={:error "rg-keep"}');
    expect(text).toMatch(/set \$rgIds passphrase=\[\/interface wifi security get \$rgKeep passphrase\]/);
    expect(text).toMatch(/add name="office" passphrase=\[\/interface wifi security get \$rgKeep passphrase\]/);
  });

  it('never clears a secret that the snapshot did not have', () => {
    const { passphrase: _, ...open } = ROW;
    const restore = { menu: MENU, match: { name: 'office' }, rows: [open] };
    const [statement] = restoreStatements({ restores: [restore], emptyBefore: [] }, null, 60_000);
    expect(statement?.text).toContain('!wps');
    expect(statement?.text).not.toMatch(/passphrase=|!passphrase|eap-password/);
  });

  it('copies a row only while the undo waits', () => {
    const text = copyRowScript(menuOf(MENU), 'office', 'rg-x-keep-1', 'rg-x-armed');
    expect(text.indexOf('rg-x-armed')).toBeLessThan(text.indexOf('copy-from=$rgFrom name="rg-x-keep-1"'));
  });
});
