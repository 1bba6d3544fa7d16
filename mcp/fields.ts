/** The device that a tool is about. */
export const DEVICE = { type: 'string', minLength: 1, maxLength: 100 } as const;

/** How a table is narrowed, ordered and paged through: the same in every tool that answers with one. */
export const PAGED = {
  columns: {
    type: 'array',
    items: { type: 'string' },
    description: 'other than the usual; ["*"]: all',
  },
  where: {
    type: 'array',
    items: { type: 'string' },
    maxItems: 10,
    description: 'COLUMN=VALUE, != or ~ (contains); all hold',
  },
  sort: { type: 'string', description: 'COLUMN or -COLUMN' },
  limit: { type: 'integer', minimum: 1, maximum: 500, default: 50 },
  cursor: { type: 'string', description: 'next_cursor' },
} as const;

/** What was asked of a table. */
export interface Asked {
  readonly columns?: readonly string[];
  readonly where?: readonly string[];
  readonly sort?: string;
  readonly limit: number;
  readonly cursor?: string;
}

/** These fields of a checked input. */
export function askedIn(input: Readonly<Record<string, unknown>>): Asked {
  return input as unknown as Asked;
}
