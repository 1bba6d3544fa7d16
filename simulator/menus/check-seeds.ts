import type { Properties } from '../model/console.ts';
import { menuSpecs } from './index.ts';

/**
 * What no version has must be a mistake; what only this version lacks is left out. @throws {Error} naming the menu or
 * field.
 */
export function refuseUnknownSeeds(menus: Readonly<Record<string, readonly Properties[]>>): void {
  for (const [path, rows] of Object.entries(menus)) {
    const specs = menuSpecs.filter((spec) => spec.path === path);
    if (specs.length === 0) {
      throw new Error(`the simulator has no menu ${path} to seed`);
    }
    for (const name of rows.flatMap((row) => Object.keys(row))) {
      if (!specs.some((spec) => spec.fields[name] !== undefined)) {
        throw new Error(`the simulator's ${path} has no field ${name} to seed`);
      }
    }
  }
}
