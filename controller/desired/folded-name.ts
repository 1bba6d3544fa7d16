/**
 * Equal for names that some machine takes for one. Upper case comes first because `ß` and `ss`, `ſ` and `s` meet only
 * there.
 */
export function foldedName(name: string): string {
  return name.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC');
}
