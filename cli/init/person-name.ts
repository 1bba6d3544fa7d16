/** A person's name as a roster takes it: `Ána Müller` becomes `ana-muller`; '' when nothing is left. */
export function rosterNameOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[._-]+/g, '')
    .slice(0, 63)
    .replaceAll(/[._-]+$/g, '');
}
