import { timestampText } from '../kinds/time.ts';
import type { RouterState } from '../model/state.ts';
import { drawn, drawnOf } from './drawn.ts';
import { clientsOf, lanOf } from './surroundings.ts';
import { idText } from './table.ts';

const longestLog = 1000;
/** What goes on around the router makes a line this often. */
const every = 30_000;

const written = new WeakMap<RouterState, number>();

/** One line in /log, a ring of 1000 (routeros-rest.md §5.25). */
export function pushLine(router: RouterState, at: number, topics: string, message: string): void {
  router.counters.log += 1;
  router.log.push({
    '.id': idText(router.counters.log),
    message,
    time: timestampText(at + router.clockOffset),
    topics,
  });
  if (router.log.length > longestLog) {
    router.log.splice(0, router.log.length - longestLog);
  }
}

/** Writes what went on around the router since somebody last looked, up to this time of its clock. */
export function catchUpLog(router: RouterState, now: number): void {
  if ((router.facts.surroundings?.clients ?? 0) === 0) {
    return;
  }
  const from = Math.max(written.get(router) ?? 0, router.bootedAt, now - longestLog * every);
  let at = (Math.floor(from / every) + 1) * every;
  for (; at <= now; at += every) {
    const [topics, message] = lineAt(router, Math.floor(at / every));
    pushLine(router, at, topics, message);
  }
  written.set(router, at - every);
}

/** Nobody logs in here and nobody changes anything: such lines say who did it. */
function lineAt(router: RouterState, tick: number): readonly [string, string] {
  const client = drawnOf(router, clientsOf(router), 'line', tick);
  const lan = lanOf(router).interface;
  switch (drawn(router, client.isWireless ? 4 : 3, 'what', tick)) {
    case 0:
      return ['dhcp,info', `defconf assigned ${client.address} for ${client.mac} ${client.hostName}`];
    case 1:
      return ['dhcp,info', `defconf deassigned ${client.address} for ${client.mac} ${client.hostName}`];
    case 2:
      return [
        'firewall,info',
        `input: in:${lan} out:(unknown 0), src-mac ${client.mac}, proto UDP, ${client.address}:5353->224.0.0.251:5353, len 73`,
      ];
    default:
      return [
        'wireless,info',
        `${client.mac}@${client.port} connected, signal strength -${50 + drawn(router, 30, 'signal', tick)}`,
      ];
  }
}
