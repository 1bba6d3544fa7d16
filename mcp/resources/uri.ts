import type { Resource, Values } from './resource.ts';

/** Longer ones nobody has. */
const MOST_CHARACTERS = 500;

/** The resource that a URI names, with the values of its variables; null: none does. */
export function resourceAt(
  resources: readonly Resource[],
  uri: string,
): { readonly resource: Resource; readonly values: Values } | null {
  if (uri.length > MOST_CHARACTERS) return null;
  for (const resource of resources) {
    const values = valuesIn(resource, uri);
    if (values !== null) return { resource, values };
  }
  return null;
}

/** A URI of a template. */
export function uriOf({ template }: Resource, values: Values): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}

const patterns = new WeakMap<Resource, RegExp>();

function valuesIn(resource: Resource, uri: string): Values | null {
  const pattern = patterns.get(resource) ?? patternOf(resource.template);
  patterns.set(resource, pattern);
  const found = pattern.exec(uri);
  if (found === null) return null;
  try {
    return Object.fromEntries(
      Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch {
    return null;
  }
}

function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/?#]+)')}$`);
}
