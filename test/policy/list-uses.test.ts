import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LIST_FIELDS } from '../../controller/policy/list-uses.ts';

/** The command trees of real routers, beside the repository; not part of it. */
const TREES = fileURLToPath(new URL('../../../shared/routeros-schema/', import.meta.url));
const present = existsSync(TREES);
/** The one that tells what the router would complete an argument with. */
const DEEP = '7.22.3';

type Node = { readonly [name: string]: Node | string };

/** An argument of `add` or `set`: `MENU NAME`, and what it may be completed with. */
function* argumentsIn(node: Node, path = ''): Generator<readonly [menu: string, name: string, words: Node]> {
  for (const [name, below] of Object.entries(node)) {
    if (typeof below !== 'object') continue;
    if (below['_type'] !== 'arg') yield* argumentsIn(below, `${path}/${name}`);
    else if (/\/(add|set)$/.test(path) && !['copy-from', 'numbers'].includes(name))
      yield [path.replace(/\/(add|set)$/, ''), name, (below['_completion'] ?? {}) as Node];
  }
}

function treeOf(version: string): Node {
  const [file = ''] = readdirSync(`${TREES}${version}`);
  return JSON.parse(readFileSync(`${TREES}${version}/${file}`, 'utf8')) as Node;
}

/** Every argument that takes an interface list: where no tree tells, each that is named like one that does. */
function listArguments(): ReadonlySet<string> {
  const told = new Map<string, boolean>();
  const names = new Set<string>();
  for (const [menu, name, words] of argumentsIn(treeOf(DEEP))) {
    const isList = 'static' in words && 'all' in words && 'none' in words;
    told.set(`${menu} ${name}`, isList);
    if (isList) names.add(name);
  }
  const found = new Set([...told].flatMap(([key, isList]) => (isList ? [key] : [])));
  for (const version of readdirSync(TREES))
    for (const [menu, name] of argumentsIn(treeOf(version)))
      if (!told.has(`${menu} ${name}`) && (names.has(name) || /interfaces$|interface-list$/.test(name)))
        found.add(`${menu} ${name}`);
  return found;
}

const MODELLED = 'told by a model of its own';
const IPV6 = 'of IPv6: a controller that comes by it gets nothing proven';
const PUTS = 'names the list that what it makes is put on, and asks for nobody on it';
const COPIES = 'copies packets, or counts them, and lets them go on';
const ONE = 'names one interface, and no list';
const OTHER = 'names lists of another kind, or rows of other routers that the Dude shows';
/** What names lists and is of no account there, each with the reason. */
const CLEARED: readonly (readonly [what: RegExp, reason: string])[] = [
  [/^\/ip\/firewall\/(filter|mangle|nat|raw) (in|out)-(interface|bridge-port)-list$/, MODELLED],
  [/^\/tool\/mac-server(\/mac-winbox)? allowed-interface-list$/, MODELLED],
  [/^\/ip\/neighbor\/discovery-settings discover-interface-list$/, MODELLED],
  [/^\/interface\/list (include|exclude)$/, MODELLED],
  [/^\/interface\/list\/member (list|interface)$/, MODELLED],
  [/^\/interface\/bridge\/port interface$/, MODELLED],
  [/^\/ipv6\/.*$/, IPV6],
  [/^\/interface\/(wifi|wifiwave2)(\/[a-z-]+)? (datapath\.)?interface-list$/, PUTS],
  [/^\/caps-man\/[a-z-]+ (datapath\.)?interface-list$/, PUTS],
  [/^\/ppp\/profile interface-list$/, PUTS],
  [/^\/routing\/bgp\/vpls interface-list$/, PUTS],
  [/^\/interface\/l2tp-server\/server l2tpv3-ether-interface-list$/, PUTS],
  [/^\/(ip\/firewall|interface\/bridge)\/calea .*$/, COPIES],
  [/^\/ip\/traffic-flow interfaces$/, COPIES],
  [/^\/(container|openflow\/port|routing\/ospf\/interface|tool\/netinstall) interface$/, ONE],
  [/^\/(container\/(envs|mounts)|interface\/wireless\/channels) list$/, OTHER],
  [/^\/dude\/ros\/(address|arp) interface$/, OTHER],
];

describe('interface lists', () => {
  it.runIf(present)('are told of wherever a router of any version names one, or it is said why not', () => {
    const open = [...listArguments()].filter((argument) => {
      const [menu = '', name = ''] = argument.split(' ');
      return (
        LIST_FIELDS[menu as `/${string}`]?.includes(name) !== true && !CLEARED.some(([what]) => what.test(argument))
      );
    });
    expect(open).toEqual([]);
  });

  it.runIf(present)('are cleared of nothing that no router has', () => {
    const all = [...listArguments()];
    expect(CLEARED.filter(([what]) => !all.some((argument) => what.test(argument)))).toEqual([]);
  });
});
