import { isIP } from 'node:net';
import type { RouterDevice } from '#schemas';
import type { Diagnostic, FieldPath } from './diagnostic.ts';
import type { Located } from './inventory.ts';
import { duplicateNames, faultAt, placeOf } from './report.ts';
import { RESERVED_LABELS } from './selector.ts';

type Device = Located<RouterDevice>;

/** Faults of devices: each by itself, and two that claim one name, address or serial. */
export function deviceFaults(devices: readonly Device[]): readonly Diagnostic[] {
  return [
    ...devices.flatMap(faultsOfDevice),
    ...duplicateNames(devices),
    ...claimedTwice(devices, ['spec', 'address'], (device) => hostAndPortOf(device.document.spec.address)),
    ...claimedTwice(devices, ['spec', 'serial'], (device) => device.document.spec.serial),
  ];
}

function faultsOfDevice(device: Device): readonly Diagnostic[] {
  return [...labelFaults(device), ...addressFaults(device), ...tlsFaults(device), ...otherFaults(device)];
}

function labelFaults(device: Device): readonly Diagnostic[] {
  return RESERVED_LABELS.filter((label) => device.document.metadata.labels?.[label] !== undefined).map((label) =>
    faultAt(
      device,
      ['metadata', 'labels', label],
      `the label "${label}" is taken from the device itself`,
      label === 'name' ? 'remove it' : `remove it and set spec.${label}`,
    ),
  );
}

function addressFaults(device: Device): readonly Diagnostic[] {
  const path = ['spec', 'address'];
  const { address, environment, tls } = device.document.spec;
  if (hostAndPortOf(address) === undefined) {
    return [faultAt(device, path, 'must be a URL that can be read', 'for example "https://192.0.2.1"')];
  }
  if (!address.startsWith('http:')) return [];
  const faults: Diagnostic[] = [];
  if (environment !== 'lab') {
    const message = `http carries the password in clear and is for lab devices only; this one is ${environment}`;
    faults.push(faultAt(device, path, message, 'use https'));
  }
  if (tls !== undefined) {
    faults.push(faultAt(device, ['spec', 'tls'], 'has no effect with an http address', 'remove it, or use https'));
  }
  return faults;
}

function tlsFaults(device: Device): readonly Diagnostic[] {
  const { environment, tls } = device.document.spec;
  if (tls === undefined) return [];
  if (tls.mode === 'insecure' && environment !== 'lab') {
    const message = `unchecked TLS is for lab devices only; this one is ${environment}`;
    return [faultAt(device, ['spec', 'tls', 'mode'], message, 'use "verify", or "pinned" with the fingerprint')];
  }
  if (tls.mode === 'pinned' && tls.fingerprint === undefined) {
    const hint = 'read it with: openssl s_client -connect HOST:PORT | openssl x509 -noout -fingerprint -sha256';
    return [faultAt(device, ['spec', 'tls'], '"pinned" needs a fingerprint', hint)];
  }
  if (tls.mode !== 'pinned' && tls.fingerprint !== undefined) {
    const message = `a fingerprint has no effect with mode "${tls.mode}"`;
    return [faultAt(device, ['spec', 'tls', 'fingerprint'], message, 'remove it, or use mode "pinned"')];
  }
  return [];
}

function otherFaults(device: Device): readonly Diagnostic[] {
  const { spec } = device.document;
  const faults: Diagnostic[] = [];
  const at = ['spec', 'management', 'address'];
  if (spec.management !== undefined && isIP(spec.management.address) === 0) {
    faults.push(faultAt(device, at, 'must be an IP address without prefix length', 'for example "10.10.1.1"'));
  }
  const zone = ['spec', 'timeZone'];
  if (spec.timeZone !== undefined && !isTimeZone(spec.timeZone)) {
    faults.push(faultAt(device, zone, 'is no IANA time zone', 'for example "Europe/Vienna"'));
  }
  return faults;
}

function claimedTwice(
  devices: readonly Device[],
  path: FieldPath,
  claimOf: (device: Device) => string | undefined,
): readonly Diagnostic[] {
  const first = new Map<string, Device>();
  const faults: Diagnostic[] = [];
  for (const device of devices) {
    const claim = claimOf(device);
    if (claim === undefined) continue;
    const other = first.get(claim);
    if (other === undefined) {
      first.set(claim, device);
      continue;
    }
    const message = `belongs to the device "${other.name}" already (${placeOf(other, path)})`;
    faults.push(faultAt(device, path, message, 'two devices can not be one router'));
  }
  return faults;
}

/** Two spellings of one place are equal: `https://R1` and `https://r1:443/`. Undefined: no URL. */
function hostAndPortOf(address: string): string | undefined {
  const url = URL.parse(address);
  if (url === null || url.hostname === '') return undefined;
  const usual = url.protocol === 'http:' ? '80' : '443';
  return `${plainHostOf(url.hostname)}:${url.port === '' ? usual : url.port}`;
}

/** Without the dot of the root, and an IPv4 address in IPv6 clothes as itself. */
function plainHostOf(host: string): string {
  const mapped = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(host);
  if (mapped === null) return host.replace(/\.$/, '');
  const words = mapped.slice(1).map((word) => Number.parseInt(word, 16));
  return words.flatMap((word) => [word >> 8, word & 255]).join('.');
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
