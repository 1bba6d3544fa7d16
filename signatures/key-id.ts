import { Failure } from '#failure';
import { keyOfCertificate, keyOfLine } from './roster-key.ts';

/**
 * The id under which a key is known (`SHA256:…`, `OPENPGP:…`), from what an operator types or pastes: an id, a whole
 * OpenPGP fingerprint in any spelling, the line of a .pub file, or an armoured OpenPGP public key.
 * @throws {Failure} `KeyUnreadable`
 */
export function keyIdOf(text: string): string {
  const trimmed = text.trim();
  if (/^SHA256:[A-Za-z0-9+/]{43}=?$/.test(trimmed)) return trimmed.replace(/=$/, '');
  if (trimmed.startsWith('-----BEGIN PGP')) return keyOfCertificate(trimmed).key;
  const hex = trimmed.replace(/^(OPENPGP:|0x)/i, '').replaceAll(/[\s:]/g, '');
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(hex)) return `OPENPGP:${hex.toUpperCase()}`;
  if (/^[0-9a-f]{8,}$/i.test(hex)) {
    throw new Failure(
      'KeyUnreadable',
      'a part of a fingerprint can mean several keys; give the whole one, 40 or 64 digits',
    );
  }
  if (/^(SHA256|MD5|OPENPGP):/i.test(trimmed)) {
    throw new Failure(
      'KeyUnreadable',
      'this is no whole fingerprint: SHA256: and 43 characters, or OPENPGP: and 40 or 64 digits',
    );
  }
  return keyOfLine(trimmed).key;
}
