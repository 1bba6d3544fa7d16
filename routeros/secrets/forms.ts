import { spelling } from '#bytes';
import { quotedAscii, quotedText } from '#visible';
import { scriptText } from '../script/text.ts';

/**
 * Below this many characters a secret is cut out whole only: pieces of code as short as its other forms are
 * everywhere.
 */
const SHORTEST_TO_TRANSFORM = 4;

/**
 * A secret in every form in which we send it, or in which somebody who got it so could send it back without a thought:
 * bare, in JSON, in a script, in a URL or a form, in hex, in Base64, alone or as the `user:secret` of Basic
 * authentication.
 */
export function formsOf(secret: string, user: string | null): readonly string[] {
  const pair = user === null ? [] : base64Of(`${user}:${secret}`);
  const others = secret.length < SHORTEST_TO_TRANSFORM ? [] : transformed(secret);
  return [...new Set([secret, ...pair, ...others])].filter((form) => form !== '');
}

function transformed(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const url = encodeURIComponent(secret.toWellFormed());
  const strict = url.replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  const everyByte = hex.replaceAll(/../g, '%$&');
  return [
    JSON.stringify(secret).slice(1, -1),
    quotedAscii(secret).slice(1, -1),
    quotedText(secret).slice(1, -1),
    ...[scriptText(secret), ...spellings(secret, bytes)].flatMap((text) => [
      text,
      text.replaceAll(/\\[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    ]),
    // Bytes of UTF-8 that somebody read as latin1.
    bytes.toString('latin1'),
    ...[url, strict, form, everyByte].flatMap((text) => [text, text.replaceAll(/%../g, (code) => code.toLowerCase())]),
    everyByte.toUpperCase(),
    hex,
    hex.toUpperCase(),
    ...base64Of(secret),
  ];
}

/** As it is in a value that is no UTF-8, and as a program that knows only one byte a character typed it there. */
function spellings(secret: string, bytes: Uint8Array): readonly string[] {
  const latin1 = /^[\0-\u00ff]*$/.test(secret) ? [spelling(Buffer.from(secret, 'latin1'))] : [];
  return [spelling(bytes), ...latin1];
}

function base64Of(text: string): readonly string[] {
  const padded = Buffer.from(text).toString('base64');
  return [padded, padded.replace(/=+$/, ''), Buffer.from(text).toString('base64url')];
}
