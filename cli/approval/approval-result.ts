import { type ApprovableView, type ControlBody, contactChangesOf, keyChangesOf } from '#controller';
import { shownBody } from '#differ';
import type { Approved } from '../json/fleet-outputs.ts';

/** The approval as it was made. */
interface Made {
  readonly commit: string;
  readonly pushed: boolean;
}

/**
 * What programs are told of an approval: all that was approved, as people are shown it. Of sealed secrets there are the
 * first digits.
 */
export function approvalResult(view: ApprovableView, id: string, { commit, pushed }: Made): Approved {
  const { kind, source, branch, head, plans, control, excluded } = view;
  const news = (body: ControlBody) => ({ keys: keyChangesOf(body), contacts: contactChangesOf(body) });
  const shown = plans.map(({ device, planId, body }) => ({ device, planId, body: shownBody(body) }));
  return {
    approved: true,
    id,
    kind,
    source,
    branch,
    parent: head,
    commit,
    pushed,
    plans: shown,
    control: control && { ...control, ...news(control.body) },
    excluded,
  };
}
