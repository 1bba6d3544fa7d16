import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadConfig, openStore } from '#controller';
import { temporaryFolder } from '#test/rig.ts';
import { readSecret } from '../../controller/credentials/secret-place.ts';
import { listenOnSocket } from '../../controller/doors/unix-socket.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { rosctl } from '../cli/run.ts';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const VICTIM = 'something of somebody else\n';
const WIDE = [0o604, 0o640, 0o620, 0o602, 0o660, 0o644, 0o666, 0o777] as const;

/** Ways in which what lies at a path is not a file of its own. */
const OTHER: Readonly<Record<string, readonly [spoil: (path: string) => void, says: RegExp]>> = {
  'a link to another file': [
    (path) => {
      writeFileSync(join(folder, 'victim'), VICTIM, { mode: 0o600 });
      symlinkSync(join(folder, 'victim'), path);
    },
    /is a symbolic link/,
  ],
  'a link to nothing': [(path) => symlinkSync(join(folder, 'victim'), path), /is a symbolic link/],
  'a second name of another file': [
    (path) => {
      writeFileSync(join(folder, 'victim'), VICTIM, { mode: 0o600 });
      linkSync(join(folder, 'victim'), path);
    },
    /has another name/,
  ],
  'a pipe': [(path) => execFileSync('mkfifo', ['-m', '600', path]), /is no regular file/],
  'a folder': [(path) => mkdirSync(path), /is no regular file/],
};

function open(path: string, mode: number, text = ''): void {
  writeFileSync(path, text);
  chmodSync(path, mode);
}

/** What is in the folder besides, which must not change. */
function victim(): string | null {
  try {
    return readFileSync(join(folder, 'victim'), 'utf8');
  } catch {
    return null;
  }
}

describe.each(['store.db', 'store.db-wal', 'store.db-shm', 'store.db-journal', 'store.pid'])('%s', (name) => {
  const state = (): string => join(folder, 'state');

  /** What opening the store says; `harmed`: it has changed a file that is none of the store. */
  async function opening(): Promise<{ readonly code: string; readonly message: string; readonly harmed: boolean }> {
    const before = victim();
    const { code, message } = await openStore({ folder: state() }).then(
      () => ({ code: 'opened', message: '' }),
      (error: unknown) => error as { readonly code: string; readonly message: string },
    );
    return { code, message, harmed: victim() !== before };
  }

  function refusal(says: RegExp): unknown {
    return { code: 'StoreUnavailable', message: expect.stringMatching(says), harmed: false };
  }

  beforeEach(async () => {
    await (await openStore({ folder: state() })).close();
    rmSync(join(state(), name), { force: true });
  });

  test.each(Object.entries(OTHER))('is refused when it is %s', async (_, [spoil, says]) => {
    spoil(join(state(), name));
    expect(await opening()).toEqual(refusal(says));
  });

  test.each(WIDE)('is refused with mode %o', async (mode) => {
    open(join(state(), name), mode);
    expect(await opening()).toEqual(refusal(/is open to others \(mode 0\d{3}\).*chmod 600/));
  });

  test('is refused when it belongs to another user', async () => {
    open(join(state(), name), 0o600);
    const self = vi.spyOn(process, 'geteuid').mockReturnValue(12_345);
    try {
      expect(await opening()).toEqual(refusal(/belongs to another user \(\d+\)/));
    } finally {
      self.mockRestore();
    }
  });
});

async function configWith(environment: Record<string, string>): Promise<string> {
  open(join(folder, 'credentials.yaml'), 0o644, 'credentials: []\n');
  const source = 'https://git.example.org/fleet';
  return await loadConfig({ source, state: folder }, environment).then(
    () => 'taken',
    (error: unknown) => (error as Error).message,
  );
}

describe('a key file', () => {
  const KEY = `${'ab'.repeat(32)}\n`;
  const READERS: Readonly<Record<string, (file: string) => Promise<string>>> = {
    'the key of sealed passwords': async (file) => await configWith({ ROUTEROS_GITOPS_KEY_FILE: file }),
    'the key that signs': async (file) => {
      const { code, stderr } = await rosctl(['init', join(folder, 'fleet'), '--signing-key', file, '--name', 'ana']);
      // It is no key of OpenSSH: that is said once it was read.
      return code === EXIT.usage && stderr.includes('holds no private key') ? 'taken' : stderr;
    },
  };

  describe.each(Object.entries(READERS))('%s', (_, read) => {
    test.each(Object.entries(OTHER))('is refused when it is %s', async (_name, [spoil, says]) => {
      spoil(join(folder, 'secret'));
      expect(await read(join(folder, 'secret'))).toMatch(says);
    });

    test('is taken with a mode that keeps others out, and with no other', async () => {
      const file = join(folder, 'secret');
      for (const mode of [0o600, 0o400]) {
        open(file, 0o600, KEY);
        chmodSync(file, mode);
        expect([mode, await read(file)]).toEqual([mode, 'taken']);
      }
      for (const mode of WIDE) {
        open(file, mode, KEY);
        expect([mode, await read(file)]).toEqual([mode, expect.stringMatching(/is open to others/)]);
      }
    });
  });
});

describe('a file that a platform hands over', () => {
  const READERS: Readonly<Record<string, (file: string) => Promise<string>>> = {
    'the password of a device': async (file) => {
      const read = await readSecret({ file }, {});
      return typeof read === 'string' ? read : 'taken';
    },
    'the Git token': async (file) => await configWith({ ROUTEROS_GITOPS_GIT_TOKEN_FILE: file }),
    'the bindings': async (file) =>
      await loadConfig({ source: 'folder:.', state: folder, credentials: file }, {}).then(
        () => 'taken',
        (error: unknown) => (error as Error).message,
      ),
  };

  describe.each(Object.entries(READERS))('%s', (_, read) => {
    test('is taken as a link and readable for all, and not where others may write it', async () => {
      const file = join(folder, 'secret');
      symlinkSync(file, join(folder, 'link'));
      for (const mode of [0o600, 0o400, 0o440, 0o444, 0o644, 0o620, 0o602, 0o660, 0o666]) {
        rmSync(file, { force: true });
        open(file, mode, 'credentials: []\n');
        const taken = (mode & 0o022) === 0;
        for (const name of ['secret', 'link'])
          expect([mode, await read(join(folder, name))]).toEqual([
            mode,
            taken ? 'taken' : expect.stringMatching(/open to others.*chmod go-w/),
          ]);
      }
    });

    test.each(['a pipe', 'a folder'])('is refused when it is %s', async (what) => {
      const [spoil, says] = OTHER[what] ?? [];
      spoil?.(join(folder, 'secret'));
      expect(await read(join(folder, 'secret'))).toMatch(says ?? '');
    });
  });
});

describe('control.sock', () => {
  const path = (): string => join(folder, 'control.sock');

  test.each([
    ...Object.entries(OTHER).map(([name, [spoil]]) => [name, spoil] as const),
    ['a file', (at: string) => open(at, 0o600)] as const,
  ])('is neither taken over nor spoken to when it is %s', async (_, spoil) => {
    spoil(path());
    const before = victim();
    await expect(listenOnSocket(createHttpServer(), path(), 0o600)).rejects.toMatchObject({
      code: 'ConfigInvalid',
      message: expect.stringMatching(/is a symbolic link|is no socket|has another name/) as string,
    });
    expect(victim()).toBe(before);
    const { code, stderr } = await rosctl(['status', '--state', folder]);
    expect([code, stderr]).toEqual([EXIT.unavailable, expect.stringContaining('control.sock is')]);
  });

  test('is not spoken to when others could open it, or it is behind a link', async () => {
    let asked = 0;
    const server = createServer(() => (asked += 1));
    await new Promise<void>((ready) => server.listen(path(), ready));
    try {
      chmodSync(path(), 0o666);
      const wide = await rosctl(['status', '--state', folder]);
      expect([wide.code, wide.stderr]).toEqual([
        EXIT.unavailable,
        expect.stringContaining('is open to others (mode 0666)'),
      ]);
      chmodSync(path(), 0o600);
      mkdirSync(join(folder, 'other'));
      symlinkSync(path(), join(folder, 'other/control.sock'));
      const linked = await rosctl(['status', '--state', join(folder, 'other')]);
      expect([linked.code, linked.stderr]).toEqual([EXIT.unavailable, expect.stringContaining('is a symbolic link')]);
      expect(asked).toBe(0);
    } finally {
      await new Promise((done) => server.close(done));
    }
  });
});
