import { csvText } from './csv-text.ts';

const COLUMNS = [
  'sequence',
  'at',
  'actor',
  'person',
  'action',
  'operation',
  'device',
  'outcome',
  'count',
  'detail',
  'correlationId',
  'hash',
] as const;

/** Records of the audit, or rows of reads, for other programs; times as text. @param first whether a heading comes. */
export function exportText(records: readonly object[], format: 'jsonl' | 'csv', first: boolean): string {
  if (format === 'jsonl') return records.map((record) => JSON.stringify(record, told)).join('\n');
  const text = csvText(records, COLUMNS);
  return first ? text.trimEnd() : text.slice(text.indexOf('\n') + 1).trimEnd();
}

function told(key: string, value: unknown): unknown {
  return key === 'at' && typeof value === 'number' ? new Date(value).toISOString() : value;
}
