import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';

const EXPECTS = 'a DNS name such as www.example.net or *.example.net, of letters, digits, - _ and *';

const LABEL = /^[a-z0-9_*/-]{1,63}$/i;

/**
 * The name of a static DNS record. Exports hold `*` and `*.example.net`, zones for a part of a network have a `/` in
 * their name (RFC 2317), and the router drops a dot at the end (7.24.4, public report). Case is kept: the router tells
 * records apart by it (routeros-rest.md §5.2).
 */
export const recordNameCodec: Codec<string> = {
  expects: EXPECTS,
  parse(text) {
    const name = text.replace(/\.$/, '');
    if (isRecordName(name)) return name;
    const tidy = text.trim().replaceAll(/^\.|\.$/g, '');
    throw new InvalidValue(EXPECTS, text, isRecordName(tidy) ? tidy : undefined);
  },
  format: (value) => value,
};

function isRecordName(text: string): boolean {
  return text.length <= 253 && text.split('.').every((label) => LABEL.test(label));
}
