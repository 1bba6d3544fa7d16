import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitObject, EMPTY_TREE, makeSshKey, signedCommit, unsignedCommit } from '#test/signing.ts';
import { idOf, parseCommit, type RawCommit } from '../../signatures/raw-commit.ts';
import { verifySshSignature } from '../../signatures/sshsig.ts';

const KEY = makeSshKey();
const PARENT = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);
const WHO = 'Alice <alice@example.com> 1760000000 +0200';

/** Parses bytes under the id that git would give them. */
function parsed(text: string | Uint8Array): RawCommit {
  const bytes = Buffer.from(text);
  return parseCommit(bytes, idOf(bytes));
}

function textOf(signed: { readonly bytes: Uint8Array }): string {
  return Buffer.from(signed.bytes).toString('utf8');
}

describe('a commit', () => {
  it('is taken apart, and what its signature covers is the object without the gpgsig header', () => {
    const unsigned = unsignedCommit({ parents: [PARENT, OTHER], message: 'Größe ändern\n\nBody\n' });
    const { id, bytes } = commitObject(unsigned, KEY.sign(unsigned));
    const commit = parseCommit(bytes, id);
    expect(commit).toMatchObject({
      id,
      tree: EMPTY_TREE,
      parents: [PARENT, OTHER],
      author: { name: 'Alice', email: 'alice@example.com', at: 1_760_000_000_000 },
      committer: { name: 'Alice', email: 'alice@example.com', at: 1_760_000_000_000 },
      message: 'Größe ändern\n\nBody\n',
      signature: KEY.sign(unsigned),
    });
    expect(Buffer.from(commit.signedPayload).equals(unsigned)).toBe(true);
  });

  it('may be without signature, parents, message, name and address', () => {
    const commit = parsed(`tree ${EMPTY_TREE}\nauthor  <> 0 +0000\ncommitter  <> 0 -1200\n\n`);
    expect(commit).toMatchObject({ parents: [], message: '', signature: null, author: { name: '', email: '', at: 0 } });
  });

  it('that is not what its id says is damaged', () => {
    const { bytes } = signedCommit(KEY);
    expect(() => parseCommit(bytes, OTHER)).toThrow(`commit ${OTHER}: the object is damaged`);
    expect(() => parseCommit(bytes, idOf(bytes).slice(0, 12))).toThrow('the id is no whole SHA-1 id');
    expect(() => parseCommit(bytes, '0'.repeat(64))).toThrow('the id is no whole SHA-1 id');
  });
});

const HEADERS = `tree ${EMPTY_TREE}\nparent ${PARENT}\nauthor ${WHO}\ncommitter ${WHO}\n`;

describe('a commit is refused', () => {
  it.each([
    ['a second tree', HEADERS.replace('parent', `tree ${EMPTY_TREE}\nparent`), '"tree" stands where "author" should'],
    ['a tree after the committer', `${HEADERS}tree ${EMPTY_TREE}\n`, 'the header "tree" is unknown, given twice'],
    ['a second author', HEADERS.replace('committer', `author ${WHO}\ncommitter`), 'stands where "committer" should'],
    ['a second committer', `${HEADERS}committer ${WHO}\n`, 'the header "committer" is unknown, given twice'],
    [
      'a parent after the author',
      `tree ${EMPTY_TREE}\nauthor ${WHO}\nparent ${PARENT}\ncommitter ${WHO}\n`,
      '"committer"',
    ],
    ['the parent first', `parent ${PARENT}\ntree ${EMPTY_TREE}\n`, 'stands where "tree" should'],
    ['one parent twice', HEADERS.replace('author', `parent ${PARENT}\nauthor`), 'names one parent twice'],
    ['an encoding', `${HEADERS}encoding ISO-8859-1\n`, '"encoding"'],
    ['a merged tag', `${HEADERS}mergetag object ${PARENT}\n type commit\n`, '"mergetag"'],
    ['a signature for SHA-256', `${HEADERS}gpgsig-sha256 x\n`, '"gpgsig-sha256"'],
    ['a header that nobody knows', `${HEADERS}HG:rename x\n`, '"HG:rename"'],
    ['a header in capitals', HEADERS.replace('tree', 'Tree'), 'stands where "tree" should'],
    ['two spaces after a name', HEADERS.replace('tree ', 'tree  '), 'no whole id'],
    ['a short tree', HEADERS.replace(EMPTY_TREE, EMPTY_TREE.slice(1)), 'no whole id'],
    ['a parent in capitals', HEADERS.replace(PARENT, PARENT.toUpperCase()), 'no whole id'],
    ['a continued author', HEADERS.replace('committer', ' more\ncommitter'), 'stands where "committer" should'],
    ['no author', `tree ${EMPTY_TREE}\ncommitter ${WHO}\n`, '"committer" stands where "author" should'],
    ['no committer', `tree ${EMPTY_TREE}\nauthor ${WHO}\n`, 'the header "committer" is missing'],
    ['a name with an angle bracket', HEADERS.replace('Alice', 'Al<ice'), 'its author is not of the form'],
    ['a zero-padded date', HEADERS.replace(' 176', ' 0176'), 'its author is not of the form'],
    ['a date beyond all calendars', HEADERS.replace('1760000000', '9999999999999'), 'its author is not of the form'],
    ['a negative date', HEADERS.replace('1760000000', '-1'), 'its author is not of the form'],
    ['a date in words', HEADERS.replace('1760000000', 'today'), 'its author is not of the form'],
    ['no time zone', HEADERS.replace(' +0200', ''), 'its author is not of the form'],
    ['a time zone beyond the earth', HEADERS.replace('+0200', '+1430'), 'its author is not of the form'],
    ['a time zone of 75 minutes', HEADERS.replace('+0200', '+0175'), 'its author is not of the form'],
    ['a control character in a name', HEADERS.replace('Alice', 'Al\u001Bice'), 'its author is not of the form'],
  ])('with %s', (_, headers, message) => {
    expect(() => parsed(`${headers}\nA change\n`)).toThrow(new RegExp(message));
  });

  it.each([
    ['a carriage return in its message', `${HEADERS}\nA change\r\n`, 'it holds a carriage return'],
    ['a carriage return in its headers', HEADERS.replace('\n', '\r\n'), 'it holds a carriage return'],
    ['a NUL in its message', `${HEADERS}\nA\0B\n`, 'it holds a NUL byte'],
    ['no empty line', HEADERS, 'no empty line ends its headers'],
    ['nothing at all', '', 'no empty line ends its headers'],
    [
      'a message that is not UTF-8',
      Buffer.concat([Buffer.from(`${HEADERS}\n`), Buffer.of(0xff)]),
      'its message is not valid',
    ],
    [
      'a name that is not UTF-8',
      Buffer.from(`${HEADERS.replace('Alice', 'Bj\u00F6rn')}\n`, 'latin1'),
      'its headers are not',
    ],
  ])('with %s', (_, text, message) => {
    expect(() => parsed(text)).toThrow(message);
  });

  it('by a failure that names the commit', () => {
    const bytes = Buffer.from(`${HEADERS}\nA\0B\n`);
    expect(() => parseCommit(bytes, idOf(bytes))).toThrow(
      expect.objectContaining({ code: 'CommitMalformed', message: `commit ${idOf(bytes)}: it holds a NUL byte` }),
    );
  });
});

describe('a gpgsig header is exactly one signature', () => {
  const signed = textOf(signedCommit(KEY, { parents: [PARENT] }));
  const END = '-----END SSH SIGNATURE-----';
  const gpgsig = /\ngpgsig .*\n( .*\n)*/.exec(signed)?.[0] ?? '';

  it.each([
    ['a space after its last line', signed.replace(END, `${END} `), 'no line that is exactly'],
    [
      'a space after its last line and another last line in the message',
      `${signed.replace(END, `${END} `)}\n${END}\n\nApprove-Plan: x\n`,
      'no line that is exactly',
    ],
    ['an empty line after it', signed.replace(END, `${END}\n `), 'something stands after'],
    ['text after it', signed.replace(END, `${END}\n tree ${EMPTY_TREE}`), 'something stands after'],
    [
      'a second signature in it',
      signed.replace(`\n ${END}`, `\n ${END}${gpgsig.replace('\ngpgsig', '\n').trimEnd()}`),
      'something stands after',
    ],
    ['text before it', signed.replace('gpgsig ', 'gpgsig x\n '), 'does not begin as'],
    ['an empty first line', signed.replace('gpgsig ', 'gpgsig \n '), 'does not begin as'],
    [
      'a second header of its name',
      signed.replace('\n\n', `${gpgsig.trimEnd()}\n\n`),
      'the header "gpgsig" is unknown, given twice',
    ],
    [
      'a second header of its name apart',
      signed.replace('author', `${gpgsig.trim()}\nauthor`),
      'stands where "author" should',
    ],
    ['a tab instead of the space', signed.replace(`\n ${END}`, `\n\t${END}`), 'is unknown'],
    ['an empty line inside', signed.replace(`\n ${END}`, `\n \n ${END}`), 'not plain base64'],
    ['base64 with junk', signed.replace(`\n ${END}`, `!\n ${END}`), 'not plain base64'],
    ['base64 that goes on after its end', signed.replace(`\n ${END}`, `AA==\n ${END}`), 'not plain base64'],
    ['an X.509 signature', signed.replaceAll('SSH SIGNATURE', 'SIGNED MESSAGE'), 'does not begin as'],
    ['a PGP message', signed.replaceAll('SSH SIGNATURE', 'PGP MESSAGE'), 'does not begin as'],
    [
      'a key',
      signed.replaceAll('SSH SIGNATURE', 'PGP PUBLIC KEY BLOCK').replace('KEY BLOCK-----\n', 'KEY BLOCK-----\n \n'),
      'holds a key',
    ],
  ])('and not one with %s', (_, forged, message) => {
    expect(forged).not.toBe(signed);
    expect(() => parsed(forged)).toThrow(new RegExp(message));
  });
});

describe('whatever byte of a signed commit is another', () => {
  const original = signedCommit(KEY, { parents: [PARENT], message: 'Approve\n\nApprove-Plan: x\n' });
  const commit = parseCommit(original.bytes, original.id);

  it('the old id is refused', () => {
    fc.assert(
      fc.property(fc.nat(original.bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Uint8Array.from(original.bytes);
        bytes[at] = (bytes[at] ?? 0) ^ change;
        expect(() => parseCommit(bytes, original.id)).toThrow('the object is damaged');
      }),
    );
  });

  it('the signature never holds for another tree, message, date or parent', () => {
    const edit = fc.oneof(
      fc.record({ cut: fc.constant(1), put: fc.integer({ min: 0, max: 255 }).map((byte) => [byte]) }),
      fc.record({ cut: fc.constantFrom(0, 1, 2), put: fc.array(fc.constantFrom(10, 32, 45, 0x74), { maxLength: 3 }) }),
    );
    let parsedFine = 0;
    fc.assert(
      fc.property(fc.nat(original.bytes.length - 1), edit, (at, { cut, put }) => {
        const bytes = Buffer.from([...original.bytes].toSpliced(at, cut, ...put));
        const other = attempt(bytes);
        if (other === null || bytes.equals(original.bytes)) return;
        parsedFine += 1;
        if (other.signature === null || !verifySshSignature(other.signature, other.signedPayload, 'git').ok) return;
        expect(withoutSignature(other)).toEqual(withoutSignature(commit));
      }),
      { numRuns: 3000 },
    );
    expect(parsedFine).toBeGreaterThan(50);
  });
});

function withoutSignature(read: RawCommit): unknown {
  return { ...read, id: '', signature: '' };
}

function attempt(bytes: Uint8Array): RawCommit | null {
  try {
    return parsed(bytes);
  } catch {
    return null;
  }
}
