import type { UnderWay } from '#controller';
import { printable } from './table.ts';
import { agoText, momentText } from './when.ts';

/** What is done in each step of an attempt. */
const DOING: Readonly<Record<NonNullable<UnderWay['step']>, string>> = {
  arming: 'arming',
  armed: 'armed',
  applying: 'writing',
  applied: 'checking',
  'verdict-healthy': 'confirming',
  'verdict-unhealthy': 'undoing',
  undoing: 'undoing',
  disarming: 'confirming',
};

/** `writing`; what is done on a device now. */
export function doingText({ step }: UnderWay): string {
  return step === null ? 'arming' : DOING[step];
}

/** `r1  writing, undone in 4 min unless confirmed` */
export function underWayText(each: UnderWay, now: number): string {
  return `${printable(each.device)}  ${doingText(each)}, ${undoText(each, now)}`;
}

/** `undone in 4 min unless confirmed` */
export function undoText({ undoAt }: UnderWay, now: number): string {
  return `undone ${agoText(undoAt, now)} unless confirmed`;
}

/** `r1 is armed (writing): unless confirmed, its router takes the change back by itself at …, in 4 min` */
export function leftArmedText(each: UnderWay, now: number): string {
  const when = `${momentText(each.undoAt)}, ${agoText(each.undoAt, now)}`;
  return `${printable(each.device)} is armed (${doingText(each)}): unless it is confirmed, the router takes the change back by itself at ${when}`;
}
