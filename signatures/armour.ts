import { Buffer } from 'node:buffer';

/** What stands between the first and the last line of an armoured block. */
export interface Armour {
  readonly label: 'PGP PUBLIC KEY BLOCK' | 'PGP SIGNATURE' | 'SSH SIGNATURE';
  readonly bytes: Uint8Array;
}

/** An armoured block, or what is wrong with it in words. */
export type ArmourReading =
  | { readonly ok: true; readonly armour: Armour }
  | { readonly ok: false; readonly message: string };

const LABELS: readonly Armour['label'][] = ['PGP PUBLIC KEY BLOCK', 'PGP SIGNATURE', 'SSH SIGNATURE'];

/**
 * Reads a text that is exactly one armoured block: its first line, base64 in its one canonical form, its last line,
 * and nothing before, between or after them. OpenPGP blocks may have the headers and must have the empty line of RFC
 * 9580 §6.2; a checksum that is there must fit.
 */
export function readArmour(text: string): ArmourReading {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const label = LABELS.find((name) => lines[0] === `-----BEGIN ${name}-----`);
  if (label === undefined) return refused('it does not begin as an SSH or OpenPGP signature or key does');
  const end = lines.indexOf(`-----END ${label}-----`);
  if (end === -1) return refused(`there is no line that is exactly "-----END ${label}-----"`);
  if (end !== lines.length - 1) return refused(`something stands after "-----END ${label}-----"`);
  const within = lines.slice(1, -1);
  return label === 'SSH SIGNATURE' ? readBody(label, within) : readOpenPgp(label, within);
}

function readOpenPgp(label: Armour['label'], lines: readonly string[]): ArmourReading {
  const empty = lines.indexOf('');
  if (empty === -1) return refused('the empty line before its content is missing');
  const odd = lines.slice(0, empty).find((line) => !/^(Version|Comment|MessageID|Hash|Charset): [ -~]*$/.test(line));
  if (odd !== undefined) return refused('its headers hold a line that is none');
  const body = lines.slice(empty + 1);
  const last = body.at(-1) ?? '';
  if (!/^=[A-Za-z0-9+/]{4}$/.test(last)) return readBody(label, body);
  const reading = readBody(label, body.slice(0, -1));
  if (reading.ok && Buffer.from(last.slice(1), 'base64').readUIntBE(0, 3) !== crc24(reading.armour.bytes)) {
    return refused('its checksum does not fit');
  }
  return reading;
}

function readBody(label: Armour['label'], lines: readonly string[]): ArmourReading {
  const text = lines.join('');
  const bytes = Buffer.from(text, 'base64');
  const wellFormed = lines.length > 0 && lines.every((line) => /^[A-Za-z0-9+/=]{1,76}$/.test(line));
  if (!wellFormed || bytes.toString('base64') !== text) return refused('its content is not plain base64');
  return { ok: true, armour: { label, bytes } };
}

function refused(message: string): ArmourReading {
  return { ok: false, message };
}

/** RFC 9580 §6.1. */
function crc24(bytes: Uint8Array): number {
  let crc = 0xb7_04_ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit += 1) {
      crc <<= 1;
      if ((crc & 0x1_00_00_00) !== 0) crc ^= 0x1_86_4c_fb;
    }
  }
  return crc & 0xff_ff_ff;
}
