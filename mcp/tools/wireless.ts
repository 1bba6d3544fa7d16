import { type MenuTool, shown } from './menu-tool.ts';

/** Radios, their clients and who manages them. */
export const WIRELESS: readonly MenuTool[] = [
  {
    name: 'wifi_list',
    title: 'Wi-Fi of a router',
    description:
      'Wi-Fi interfaces, clients with signal, radios, configurations, security profiles (no passphrases), channels, datapaths; new and legacy drivers. Says when CAPsMAN manages.',
    toolset: 'wireless',
    byDefault: true,
    words: ['wlan', 'ssid', 'access point', 'stations', 'weak signal', 'roaming'],
    views: {
      interfaces: {
        ...shown(
          '/interface/wifi',
          'name configuration configuration.ssid configuration.mode configuration.manager channel.frequency channel.width master-interface running disabled .about comment',
        ),
        older: shown(
          '/interface/wireless',
          'name ssid mode band frequency channel-width security-profile running disabled comment',
        ),
        managedIn: ['configuration.manager', '.about'],
      },
      clients: {
        ...shown(
          '/interface/wifi/registration-table',
          'interface ssid mac-address signal band tx-rate rx-rate uptime last-activity auth-type',
        ),
        older: shown(
          '/interface/wireless/registration-table',
          'interface mac-address last-ip signal-strength signal-to-noise tx-ccq tx-rate rx-rate uptime last-activity',
        ),
      },
      radios: shown(
        '/interface/wifi/radio',
        'radio-mac interface cap bands current-country current-channels hw-type max-interfaces',
      ),
      configurations: shown(
        '/interface/wifi/configuration',
        'name ssid country mode manager channel security datapath disabled comment',
      ),
      security: {
        ...shown('/interface/wifi/security', 'name authentication-types encryption ft wps disabled comment'),
        older: shown(
          '/interface/wireless/security-profiles',
          'name mode authentication-types unicast-ciphers group-ciphers management-protection comment',
        ),
      },
      channels: shown('/interface/wifi/channel', 'name band frequency width skip-dfs-channels disabled comment'),
      datapaths: shown(
        '/interface/wifi/datapath',
        'name bridge vlan-id client-isolation interface-list disabled comment',
      ),
    },
  },
  {
    name: 'capsman_list',
    title: 'CAPsMAN: manager of access points',
    description: 'Access points that a router manages as CAPsMAN, their clients (registrations), and its settings.',
    toolset: 'wireless',
    byDefault: false,
    words: ['controller', 'caps', 'remote access points', 'provisioning'],
    views: {
      remote_caps: {
        ...shown(
          '/interface/wifi/capsman/remote-cap',
          'identity address board-name version state base-mac uptime connected-time',
        ),
        older: shown('/caps-man/remote-cap', 'identity name address board version state base-mac radios'),
      },
      registrations: {
        ...shown(
          '/interface/wifi/registration-table',
          'interface ssid mac-address signal band tx-rate rx-rate uptime last-activity',
        ),
        older: shown(
          '/caps-man/registration-table',
          'interface ssid mac-address rx-signal tx-rate rx-rate uptime last-activity comment',
        ),
      },
      settings: { menu: '/interface/wifi/capsman' },
    },
  },
];
