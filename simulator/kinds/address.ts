import { isIPv6 } from 'node:net';
import type { Kind } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import { invalidValue } from './kind.ts';

/** An IPv4 address as a number; undefined when the text is none. */
export function ip4Of(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (parts === null) {
    return undefined;
  }
  const bytes = parts.slice(1).map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes.reduce((sum, byte) => sum * 256 + byte, 0) : undefined;
}

/** `192.0.2.1` for its number. */
export function ip4Text(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** Prefix length of a dotted netmask; undefined when its ones are not contiguous. */
export function maskLength(mask: string): number | undefined {
  const value = ip4Of(mask);
  if (value === undefined) {
    return undefined;
  }
  const length = 32 - Math.log2(2 ** 32 - value);
  return Number.isInteger(length) ? length : undefined;
}

/** First and last address of a run of IPv4 addresses. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** The addresses a prefix, an address or a range (`a-b`) covers, host bits dropped; undefined when the text is none. */
export function spanOf(text: string): Span | undefined {
  const [left = '', right] = text.split('-');
  if (right !== undefined) {
    const first = ip4Of(left);
    const last = ip4Of(right);
    return first === undefined || last === undefined || last < first ? undefined : { first, last };
  }
  const [address = '', suffix] = text.split('/');
  const value = ip4Of(address);
  const length = suffix === undefined ? 32 : /^\d{1,2}$/.test(suffix) ? Number(suffix) : maskLength(suffix);
  if (value === undefined || length === undefined || length > 32 || text.split('/').length > 2) {
    return undefined;
  }
  const size = 2 ** (32 - length);
  const first = value - (value % size);
  return { first, last: first + size - 1 };
}

/**
 * The shortest text for a span: an address, the one prefix it equals, or `a-b` (routeros-rest.md §3, ranges and
 * single-host CIDR).
 */
export function spanText(span: Span): string {
  const size = span.last - span.first + 1;
  if (size === 1) {
    return ip4Text(span.first);
  }
  const length = 32 - Math.log2(size);
  return Number.isInteger(length) && span.first % size === 0
    ? `${ip4Text(span.first)}/${length}`
    : `${ip4Text(span.first)}-${ip4Text(span.last)}`;
}

/** True when the address (dotted) lies inside what `covering` names. */
export function covers(covering: string, address: string): boolean {
  const span = spanOf(covering);
  const value = ip4Of(address);
  return span !== undefined && value !== undefined && value >= span.first && value <= span.last;
}

/** An IPv4 address. */
export const ip4: Kind = {
  clearable: false,
  canonical(value, name) {
    const parsed = ip4Of(value);
    if (parsed === undefined) {
      throw invalidValue(name);
    }
    return ip4Text(parsed);
  },
};

/**
 * An IPv6 address, lower case, the longest run of zeros left out (7.24.4, public report), a mapped IPv4 address in dots
 * (export of 7.7); a link-local one may name its interface.
 */
export const ip6: Kind = {
  clearable: false,
  canonical(value, name) {
    if (!isIPv6(value)) {
      throw invalidValue(name);
    }
    const [address = '', zone] = value.split('%');
    const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
    const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(short) ?? [];
    const spelled =
      high === undefined || low === undefined
        ? short
        : `::ffff:${ip4Text(Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16))}`;
    return zone === undefined ? spelled : `${spelled}%${zone}`;
  },
};

/** A server: an IPv4 or IPv6 address, optionally `@vrf` (routeros-rest.md §5.1). */
export const server: Kind = {
  clearable: false,
  canonical(value, name) {
    const [address = '', vrf] = value.split('@');
    const spelled = (isIPv6(address) ? ip6 : ip4).canonical(address, name);
    return vrf === undefined ? spelled : `${spelled}@${vrf}`;
  },
};

/** A server that may also be a host name (`/system/ntp/client servers`). */
export const serverOrName: Kind = {
  clearable: false,
  canonical(value, name) {
    return isHostName(value) && ip4Of(value) === undefined ? value : server.canonical(value, name);
  },
};

/** An interface address `a.b.c.d/nn`; a missing mask is /32 (routeros-rest.md §5.6). */
export const interfaceAddress: Kind = {
  clearable: false,
  canonical(value, name) {
    const [address = '', suffix] = value.split('/');
    const parsed = ip4Of(address);
    const span = spanOf(value);
    if (parsed === undefined || span === undefined) {
      throw invalidValue(name);
    }
    return `${ip4Text(parsed)}/${suffix === undefined ? 32 : 32 - Math.log2(span.last - span.first + 1)}`;
  },
};

/** A prefix `a.b.c.d/nn`, host bits dropped, /32 kept (routes, `address` of services and users). */
export const prefix: Kind = {
  clearable: false,
  canonical(value, name) {
    const span = spanOf(value);
    if (span === undefined || value.includes('-')) {
      throw invalidValue(name);
    }
    return `${ip4Text(span.first)}/${32 - Math.log2(span.last - span.first + 1)}`;
  },
};

/** As `prefix`, but host bits are refused (routeros-rest.md §5.9). */
export const networkPrefix: Kind = {
  clearable: false,
  canonical(value, name) {
    const canonical = prefix.canonical(value, name);
    if (ip4Of(value.split('/')[0] ?? '') !== ip4Of(canonical.split('/')[0] ?? '')) {
      throw refusal('badNetwork');
    }
    return canonical;
  },
};

/** Addresses of a pool: an address, a prefix or a range. */
export const span: Kind = {
  clearable: false,
  canonical(value, name) {
    const held = spanOf(value);
    if (held === undefined) {
      throw invalidValue(name);
    }
    return spanText(held);
  },
};

/** An IPv4 address, or the name of a pool (routeros-rest.md §5.10). */
export const poolOrAddress: Kind = {
  clearable: true,
  canonical: (value) => (ip4Of(value) === undefined ? value : ip4Text(ip4Of(value) ?? 0)),
};

/** A firewall matcher: address, prefix or range with an optional leading `!`; /32 is dropped (routeros-rest.md §3). */
export const addressMatcher: Kind = {
  clearable: true,
  canonical(value, name) {
    const bare = value.startsWith('!') ? value.slice(1) : value;
    const span = spanOf(bare);
    if (span === undefined) {
      throw invalidValue(name);
    }
    return `${value.startsWith('!') ? '!' : ''}${spanText(span)}`;
  },
};

/** True when RouterOS takes the text for a DNS name; `203.0.113.1-254` is one (routeros-rest.md §5.5). */
export function isHostName(text: string): boolean {
  return text !== '' && text.length <= 253 && /^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/i.test(text);
}

/** A MAC address, upper case with colons on read (routeros-rest.md §3). */
export const mac: Kind = {
  clearable: true,
  canonical(value, name) {
    const digits = value.replaceAll(/[:\-.]/g, '');
    if (!/^[0-9a-f]{12}$/i.test(digits)) {
      throw invalidValue(name);
    }
    return (digits.toUpperCase().match(/../g) ?? []).join(':');
  },
};
