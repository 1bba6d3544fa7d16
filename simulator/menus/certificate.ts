import { drawnHex } from '../engine/drawn.ts';
import { durationText, timestampText } from '../kinds/time.ts';
import type { RouterState } from '../model/state.ts';
import { columns, from, readList } from './read-only.ts';

const DAY = 86_400_000;
const LIFE = 3650 * DAY;

/**
 * /certificate: the one that `www-ssl` of /ip/service names, where the router speaks TLS. The `private-key` here says
 * that there is one; `challenge-password` is a secret.
 */
export const certificates = readList('/certificate', 'certificate', 'command tree of 7.22.3', {
  lacks: ['add', 'set', 'remove'],
  key: ['name'],
  fields: {
    ...columns({
      maybe: `name common-name country state locality organization unit subject-alt-name days-valid key-size key-type
        key-usage digest-algorithm serial-number fingerprint req-fingerprint ca ca-fingerprint issuer akid skid
        invalid-before invalid-after expires-after status ca-crl-host scep-url acme-status directory-url domain-names`,
      rareFlags: `acme-managed authority crl dynamic expired issued private-key revoked smart-card-key trusted`,
      secrets: 'challenge-password',
    }),
    ...from('7.22', 'trust-store'),
  },
  initial: (router) =>
    router.facts.tls
      ? [
          {
            name: 'rest',
            'common-name': 'RouterOS',
            issuer: 'CN=Simulated Fleet CA',
            'key-type': 'ec',
            'key-size': 'prime256v1',
            'key-usage': 'digital-signature,key-encipherment,tls-server',
            'digest-algorithm': 'sha256',
            'days-valid': '3650',
            'serial-number': drawnHex(router, 16, 'certificate').toUpperCase(),
            fingerprint: drawnHex(router, 64, 'certificate fingerprint'),
            'private-key': 'true',
            trusted: 'true',
            'trust-store': 'all',
          },
        ]
      : [],
  computed: (router, { values }) =>
    values['days-valid'] === undefined || values['invalid-after'] !== undefined
      ? {}
      : {
          'invalid-before': timestampText(begunAt(router) + router.clockOffset),
          'invalid-after': timestampText(begunAt(router) + LIFE + router.clockOffset),
          'expires-after': durationText(Math.floor((begunAt(router) + LIFE - router.clock.now()) / 1000) * 1000),
        },
});

/** The first second of the year. */
function begunAt(router: RouterState): number {
  return Date.UTC(new Date(router.clock.now()).getUTCFullYear(), 0);
}
