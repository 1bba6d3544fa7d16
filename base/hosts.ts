import { isIP } from 'node:net';

/** Whether only this machine is behind the name or address; an IPv6 address comes without brackets. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The host of a URL as a socket takes it: there an IPv6 address stands in brackets. */
export function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
