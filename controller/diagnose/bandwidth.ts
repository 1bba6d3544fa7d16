import { isIP } from 'node:net';
import { Failure } from '#failure';
import type { Row } from '#routeros';
import type { DiagnosticStep } from '../records/diagnostics.ts';
import type { Steps } from './chain.ts';
import { addressOf } from './resolve.ts';
import { numberIn, saidBy } from './row-texts.ts';

/** So long each request measures. */
const SLICE_SECONDS = 5;
/** What the console takes for user and password of a bandwidth test (command trees). */
const LONGEST = 32;

/** Where a router is measured, and as whom the other one logs in there. */
export interface BandwidthLogin {
  /** Host of the device's address. */
  readonly host: string;
  readonly user: string;
  readonly password: { reveal(): string };
}

/** A slice a request, until all seconds were measured. @param login asked once, before the first. */
export function bandwidth(login: () => Promise<BandwidthLogin>): Steps<'bandwidth'> {
  return async function* (chain, { direction, protocol, seconds, megabits }) {
    const { host, user, password } = await login();
    if (user.length > LONGEST || password.reveal().length > LONGEST)
      throw new Failure(
        'DiagnosticFailed',
        `A bandwidth test takes names and passwords of up to ${String(LONGEST)} letters, and those of the target are longer.`,
      );
    const address = isIP(host) === 0 ? yield* addressOf(chain, host) : host;
    for (let measured = 0; measured < seconds;) {
      const length = Math.min(SLICE_SECONDS, seconds - measured, Math.floor(chain.left() / 1000));
      if (length < 1) return;
      const row = await chain.request((session, signal) =>
        session.bandwidthTest(
          {
            address,
            user,
            password: password.reveal(),
            direction,
            protocol,
            seconds: length,
            limit: megabits * 1_000_000,
          },
          signal,
        ),
      );
      yield sliceIn(row, length);
      measured += length;
    }
  };
}

/** A server that is not there or does not know the user says so in the last status (routeros-rest.md §2.6). */
function sliceIn(row: Row, seconds: number): DiagnosticStep {
  const status = saidBy(row, 'status');
  if (status !== 'done testing') throw new Failure('DiagnosticFailed', `The router says: ${status || 'nothing'}.`);
  return {
    kind: 'slice',
    seconds,
    received: numberIn(row, 'rx-total-average'),
    transmitted: numberIn(row, 'tx-total-average'),
    lostPackets: numberIn(row, 'lost-packets'),
  };
}
