const CELL = { type: ['string', 'number', 'boolean', 'null'] };

/** JSON Schema of what every tool answers. */
export const ANSWER_SCHEMA = {
  type: 'object',
  properties: {
    facts: { type: 'object', additionalProperties: { anyOf: [CELL, { type: 'array', items: CELL }] } },
    columns: { type: 'array', items: { type: 'string' } },
    rows: { type: 'array', items: { type: 'array', items: CELL } },
    returned: { type: 'integer' },
    total: { type: ['integer', 'null'] },
    truncated: { type: 'boolean' },
    next_cursor: { type: ['string', 'null'] },
    as_of: { type: 'string' },
    stale: { type: 'boolean' },
    untrusted: { type: 'boolean' },
    hint: { type: 'string' },
  },
  required: ['columns', 'rows', 'returned', 'total', 'truncated', 'next_cursor', 'as_of', 'stale', 'untrusted'],
} as const;
