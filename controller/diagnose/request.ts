import { isIP } from 'node:net';
import { Failure } from '#failure';
import { domainNameCodec, ipCodec } from '#routeros';
import type { DiagnosticKind, DiagnosticRequest } from '../records/diagnostics.ts';

/** What a person asks for, fields checked one by one and not yet as a whole. */
export interface AskedDiagnostic {
  readonly kind: DiagnosticKind;
  readonly target: string;
  readonly count?: number | undefined;
  readonly size?: number | undefined;
  readonly interface?: string | undefined;
  readonly source?: string | undefined;
  readonly server?: string | undefined;
  readonly direction?: 'receive' | 'transmit' | 'both' | undefined;
  readonly protocol?: 'tcp' | 'udp' | undefined;
  readonly seconds?: number | undefined;
  readonly megabits?: number | undefined;
}

/** What each kind takes besides the target. */
const FIELDS: Readonly<Record<DiagnosticKind, readonly (keyof AskedDiagnostic)[]>> = {
  ping: ['count', 'size', 'interface', 'source'],
  traceroute: [],
  resolve: ['server'],
  bandwidth: ['direction', 'protocol', 'seconds', 'megabits'],
};

const COUNT = 4;
const SECONDS = 10;
const MEGABITS = 100;
/** What RouterOS takes for the name of an interface, without what no terminal shows. */
const INTERFACE = /^[^\p{C}\p{Zl}\p{Zp}]{1,64}$/u;

/** The request, whole and with what counts where nothing was said. @throws {Failure} `BadRequest` */
export function requestOf(asked: AskedDiagnostic): DiagnosticRequest {
  const { kind, target } = asked;
  const strange = Object.entries(asked).find(
    ([field, value]) => value !== undefined && !['kind', 'target', ...FIELDS[kind]].includes(field),
  );
  if (strange !== undefined) throw new Failure('BadRequest', `${strange[0]} has no meaning for ${kind}.`);
  switch (kind) {
    case 'ping':
      return {
        kind,
        target: hostIn('target', target),
        count: asked.count ?? COUNT,
        size: asked.size ?? null,
        interface: asked.interface === undefined ? null : interfaceIn(asked.interface),
        source: asked.source === undefined ? null : sourceIn(asked.source),
      };
    case 'traceroute':
      return { kind, target: hostIn('target', target) };
    case 'resolve':
      if (isIP(target) !== 0) throw new Failure('BadRequest', 'target must be a domain name: an address is none.');
      return {
        kind,
        target: nameIn('target', target),
        server: asked.server === undefined ? null : addressIn('server', asked.server),
      };
    case 'bandwidth':
      return {
        kind,
        target,
        direction: asked.direction ?? 'both',
        protocol: asked.protocol ?? 'tcp',
        seconds: asked.seconds ?? SECONDS,
        megabits: asked.megabits ?? MEGABITS,
      };
  }
}

function hostIn(field: string, text: string): string {
  return text.includes(':') || /^[\d.]+$/.test(text) ? addressIn(field, text) : nameIn(field, text);
}

/** An address of one host, as RouterOS would write it. */
function addressIn(field: string, text: string): string {
  const address = parsed(field, text, ipCodec.expects, () => ipCodec.parse(text));
  const isOneHost =
    typeof address === 'number'
      ? address >= 0x01_00_00_00 && address < 0xe0_00_00_00
      : address !== 0n && address >> 120n !== 0xffn;
  if (!isOneHost) throw new Failure('BadRequest', `${field} must be the address of one host, not ${text}.`);
  return ipCodec.format(address);
}

function nameIn(field: string, text: string): string {
  return parsed(field, text, 'an IP address or a domain name', () => domainNameCodec.parse(text));
}

/** RouterOS takes an IPv4 address there (command trees). */
function sourceIn(text: string): string {
  if (isIP(text) !== 4) throw new Failure('BadRequest', 'source must be an IPv4 address of the router.');
  return addressIn('source', text);
}

function interfaceIn(text: string): string {
  if (INTERFACE.test(text)) return text;
  throw new Failure('BadRequest', 'interface must be the name of an interface of the router, of 1 to 64 letters.');
}

function parsed<T>(field: string, text: string, expects: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw new Failure('BadRequest', `${field} must be ${expects}, not ${JSON.stringify(text.slice(0, 100))}.`);
  }
}
