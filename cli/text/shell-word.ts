import { isPlain } from '#visible';

/** A name as one word of a shell's command line: what a hint says can be copied, whoever chose the name. */
export function shellWord(text: string): string {
  if (/^[A-Za-z0-9_./:@%+,=][A-Za-z0-9_./:@%+,=-]*$/.test(text)) return text;
  if (isPlain(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const bytes = [...Buffer.from(text, 'utf8')];
  return `$'${bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}'`;
}
