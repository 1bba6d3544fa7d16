import type { LeaderOrder, OrderResult } from '../records/orders.ts';
import { list, nullable, object, oneOf, text, union } from './shape.ts';
import { plainFormat } from './stored.ts';

type OrderOf<Kind extends LeaderOrder['kind']> = Extract<LeaderOrder, { readonly kind: Kind }>;

/** What is wanted of the leader. Orders live for a day, so their text carries no version. */
export const ORDER = plainFormat(
  'order',
  union<LeaderOrder, 'kind'>('kind', {
    refresh: object<OrderOf<'refresh'>>({ kind: oneOf('refresh'), devices: nullable(list(text)) }),
    rollouts: object<OrderOf<'rollouts'>>({ kind: oneOf('rollouts') }),
    trust: object<OrderOf<'trust'>>({ kind: oneOf('trust'), commit: text, actor: text }),
    path: object<OrderOf<'path'>>({ kind: oneOf('path'), device: text }),
    snapshot: object<OrderOf<'snapshot'>>({ kind: oneOf('snapshot'), device: text }),
    preview: object<OrderOf<'preview'>>({ kind: oneOf('preview'), intent: text, scope: text }),
  }),
);

/** How an order ended. */
export const ORDER_RESULT = plainFormat<OrderResult>('result', (value) =>
  typeof (value as OrderResult | null)?.done === 'boolean' ? null : ' does not say how it ended',
);
