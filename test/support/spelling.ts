/** Chooses one of so many ways to write something. */
export type Choose = (ways: number) => number;

/** A plain value, each part of it spelled in one of the ways that our YAML rules take. Comments are numbered. */
export function speller(choose: Choose, lineBreak: string) {
  let comments = 0;

  /** Behind a value on its line. */
  function behind(): string {
    const way = choose(5);
    return way === 0 ? ` # behind ${String(comments++)}, [of: {it}` : way === 1 ? '  ' : '';
  }

  /** Lines above a field or an item. */
  function above(column: number): string {
    const way = choose(6);
    if (way === 0) return lineBreak;
    return way === 1 ? `${' '.repeat(column)}# above ${String(comments++)} - of: it${lineBreak}` : '';
  }

  function scalar(value: unknown): string {
    if (typeof value !== 'string') return String(value);
    const isPlain = /^[a-z][a-z ]*[a-z]$/.test(value) && !/^(y|n|yes|no|on|off|true|false|null)$/.test(value);
    const way = choose(isPlain ? 3 : 2);
    return way === 2 ? value : way === 1 ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
  }

  function flow(value: unknown, column: number): string {
    const isList = Array.isArray(value);
    if (!isList && (typeof value !== 'object' || value === null)) return scalar(value);
    const parts = isList
      ? (value as readonly unknown[]).map((each) => flow(each, column))
      : Object.entries(value).map(([key, each]) => `${key}: ${flow(each, column)}`);
    const [open, close] = isList ? ['[', ']'] : ['{', '}'];
    const inner = `${lineBreak}${' '.repeat(column + 2)}`;
    const way = parts.length === 0 ? 0 : choose(5);
    if (way === 1) return `${open} ${parts.join(' , ')} ${close}`;
    if (way === 2) return `${open}${inner}${parts.join(`,${inner}`)}${inner}${close}`;
    if (way === 3)
      return `${open}${inner}${parts.map((part) => `${part}, # in ${String(comments++)}, it`).join(inner)}${inner}${close}`;
    return `${open}${parts.join(way === 4 ? ',' : ', ')}${close}`;
  }

  /** The fields of a mapping; the first one stands where the text is. */
  function fields(value: object, column: number): string {
    const lines = Object.entries(value).map(([key, each], at) => {
      const start = at === 0 ? '' : `${above(column)}${' '.repeat(column)}`;
      return `${start}${key}:${valueOf(each, column)}`;
    });
    return lines.join('');
  }

  function items(value: readonly unknown[], column: number): string {
    return value
      .map((each) => {
        const start = `${above(column)}${' '.repeat(column)}-`;
        const isBlock = typeof each === 'object' && each !== null && choose(2) === 0;
        if (!isBlock) return `${start} ${flow(each, column + 2)}${behind()}${lineBreak}`;
        const room = 1 + choose(3);
        return `${start}${' '.repeat(room)}${fields(each, column + 1 + room)}`;
      })
      .join('');
  }

  /** What stands behind the colon of a field. */
  function valueOf(value: unknown, column: number): string {
    const isNested = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
    if (!isNested || choose(3) === 0)
      return `${' '.repeat(1 + choose(2))}${flow(value, column + 2)}${behind()}${lineBreak}`;
    const inner = column + 1 + choose(4);
    if (Array.isArray(value)) return `${behind()}${lineBreak}${items(value, choose(3) === 0 ? column : inner)}`;
    return `${behind()}${lineBreak}${above(inner)}${' '.repeat(inner)}${fields(value, inner)}`;
  }

  return { document: (value: object): string => fields(value, 0) };
}
