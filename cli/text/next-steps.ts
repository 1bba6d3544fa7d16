import { reasonKindOf } from '#controller';

/**
 * What a person can do about a reason; undefined where the reason's own message says it, as it does for a device that
 * cannot be reached.
 */
export function nextStep(reason: string, device: string): string | undefined {
  return reasonKindOf(reason)?.next?.replaceAll('`', '').replaceAll('DEVICE', device);
}
