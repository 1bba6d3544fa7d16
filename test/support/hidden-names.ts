/**
 * Names of files that act on a terminal, or that people do not see as they are: one of each kind, among files of the
 * fleet and others.
 */
export function hiddenNames(): readonly string[] {
  const kinds = {
    title: '\u001b]0;owned\u0007',
    up: '\u001b[1A\u001b[2K',
    bell: '\u0007',
    line: '\n',
    tab: '\t',
    return: '\r',
    delete: '\u007f',
    c1: '\u009b2J',
    nextLine: '\u0085',
    override: '\u202e',
    isolate: '\u2066',
    mark: '\u061c',
    zeroWidth: '\u200b',
    joiner: '\u200d',
    byteOrder: '\ufeff',
    wordJoiner: '\u2060',
    hyphen: '\u00ad',
    tag: '\u{e0061}',
    selector: '\ufe0f',
    filler: '\u3164',
    separator: '\u2028',
    private: '\ue000',
  };
  return Object.values(kinds).flatMap((hidden) => [`x${hidden}.yaml`, `notes${hidden}`, `.${hidden}x`]);
}
