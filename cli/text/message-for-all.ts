import type { DeviceView } from '#controller';
import { unbracketed } from '#hosts';

const BEFORE = String.raw`(?<![\w-])(?<!\w\.)`;
const AFTER = String.raw`(?![\w-])(?!\.\w)`;
const REQUEST = /^[A-Z]+ \/[\w/-]+(?= at )/;
const NUMERIC_ADDRESS = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?![\w.]*\d)/g;

/**
 * A device's message as it holds for others too: its name and address become `DEVICE` and `ADDRESS`, waits become `some
 * s`.
 */
export function messageForAll({ name, address, message, ready, serial }: DeviceView): string {
  let text = message;
  for (const place of placesOf(address)) text = text.replaceAll(wholeWord(place), 'ADDRESS');
  text = text.replaceAll(wholeWord(name), 'DEVICE');
  if (serial !== null && serial !== '') text = text.replaceAll(wholeWord(serial), 'SERIAL');
  text = text.replaceAll(/\b\d+ s\b/g, 'some s');
  // Who could not be reached is told by the address that its name stands for, and which request found out does not
  // matter; elsewhere both are what the message is about.
  return ready === 'Unknown' ? text.replace(REQUEST, 'a request').replaceAll(NUMERIC_ADDRESS, 'ADDRESS') : text;
}

/** Every way to spell where a device is, the longest first. */
function placesOf(address: string): readonly string[] {
  if (!URL.canParse(address)) return [];
  const { href, origin, host, hostname, port, protocol } = new URL(address);
  const bare = unbracketed(hostname);
  const usual = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return [href, origin, `${host}:${usual}`, `${bare}:${usual}`, host, hostname, bare];
}

function wholeWord(text: string): RegExp {
  const start = /^\w/.test(text) ? BEFORE : '';
  const end = /\w$/.test(text) ? AFTER : '';
  return new RegExp(`${start}${RegExp.escape(text)}${end}`, 'g');
}
