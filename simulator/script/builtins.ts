/**
 * How each command of the language reads its arguments (argument names: the command trees of five versions;
 * meaning: the vendor's Scripting page).
 */
export interface BuiltinShape {
  /** Names of the unnamed arguments, in order. */
  readonly unnamed: readonly string[];
  readonly named: readonly string[];
  /** Arguments, named or not, whose `{…}` is code. */
  readonly code: readonly string[];
  /** The first version that has the command. */
  readonly since?: readonly [number, number];
}

const SHAPES: Readonly<Record<string, BuiltinShape>> = {
  local: { unnamed: ['name', 'value'], named: ['do'], code: ['do'] },
  global: { unnamed: ['name', 'value'], named: ['do'], code: ['do'] },
  set: { unnamed: ['name', 'value'], named: ['do'], code: ['do'] },
  if: { unnamed: ['condition'], named: ['do', 'else'], code: ['do', 'else'] },
  foreach: { unnamed: ['counter'], named: ['in', 'do'], code: ['do'] },
  for: { unnamed: ['counter'], named: ['from', 'to', 'step', 'do'], code: ['do'] },
  while: { unnamed: ['condition'], named: ['do'], code: ['do'] },
  do: { unnamed: ['command'], named: ['on-error', 'while'], code: ['command', 'on-error'] },
  onerror: { unnamed: ['error'], named: ['in', 'do'], code: ['in', 'do'], since: [7, 13] },
  delay: { unnamed: ['delay-time'], named: [], code: [] },
  log: { unnamed: ['topic', 'message'], named: ['message'], code: [] },
  put: { unnamed: ['message'], named: ['message'], code: [] },
  error: { unnamed: ['message'], named: ['message'], code: [] },
  return: { unnamed: ['value'], named: ['value'], code: [] },
  len: { unnamed: ['value'], named: ['value'], code: [] },
  pick: { unnamed: ['counter', 'begin', 'end'], named: ['begin', 'end'], code: [] },
  find: { unnamed: ['in', 'key', 'from'], named: ['in', 'key', 'from'], code: [] },
  tostr: { unnamed: ['value'], named: ['value'], code: [] },
  tonum: { unnamed: ['value'], named: ['value'], code: [] },
  toarray: { unnamed: ['value'], named: ['value'], code: [] },
  typeof: { unnamed: ['value'], named: ['value'], code: [] },
  nothing: { unnamed: [], named: [], code: [] },
  resolve: {
    unnamed: ['domain-name'],
    named: ['domain-name', 'server', 'server-port', 'type'],
    code: [],
  },
  parse: { unnamed: ['value'], named: ['value'], code: [] },
  time: { unnamed: ['command'], named: ['command'], code: ['command'] },
};

/** @returns undefined when this version has no such command. */
export function builtinShape(name: string, version: readonly [number, number, number]): BuiltinShape | undefined {
  const shape = Object.hasOwn(SHAPES, name) ? SHAPES[name] : undefined;
  if (shape?.since === undefined) return shape;
  const [major, minor] = shape.since;
  return version[0] > major || (version[0] === major && version[1] >= minor) ? shape : undefined;
}
