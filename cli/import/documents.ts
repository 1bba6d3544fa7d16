import { createHash } from 'node:crypto';
import type { RouterConfig, RouterDevice } from '#schemas';
import { countsText, refusalLines } from '../text/import-text.ts';
import { counted } from '../text/lines.ts';
import { sentence } from '../text/table.ts';
import { yamlText } from '../text/yaml-text.ts';
import type { Group } from './factor.ts';
import { marked } from './own-file.ts';
import { type DeclaredDevice, partOf, type Sections } from './sections-of.ts';

const API = 'routeros-gitops.dev/v1alpha1';
/** As the example fleet has them: what is said of fewer devices wins. */
const PRIORITY = { site: 200, role: 300, device: 400 } as const;
const TOLD = 50;

/** The file of a RouterConfig that an import writes for a group. */
export function groupFile({ label, value }: Group): string {
  return `configs/imported/${label}s/${fileNameOf(value)}.yaml`;
}

/** The file of a RouterConfig that an import writes for a device. */
export function deviceFile(name: string): string {
  return `configs/imported/devices/${name}.yaml`;
}

/** What the devices of a group have in common. */
export function groupText({ label, value }: Group, members: number, sections: Sections): string {
  const head = `# What the ${counted(members, 'device')} with the label ${label}: ${value} have in common.\n`;
  const selector = { matchLabels: { [label]: value } };
  return marked(head + configText(`${label}-${value}`, selector, PRIORITY[label], sections));
}

/** What a device has by itself, and what of it nobody manages. */
export function deviceText({ device, refused, leftOut }: DeclaredDevice, sections: Sections): string {
  const version = device.version === null ? '' : `, RouterOS ${device.version}`;
  const lines = [
    `What ${device.name} has by itself${version}.`,
    ...(Object.keys(device.others).length === 0 ? [] : [`No section covers: ${countsText(device.others)}`]),
    ...refusalLines({ device, refused, leftOut }),
  ].map((line) => sentence(line));
  const more = lines.length > TOLD ? [`and ${String(lines.length - TOLD)} more, which rosctl import prints`] : [];
  const head = [...lines.slice(0, TOLD), ...more].map((line) => `# ${line}\n`).join('');
  return marked(head + configText(`device-${device.name}`, { names: [device.name] }, PRIORITY.device, sections));
}

function configText(
  name: string,
  selector: RouterConfig['spec']['selector'],
  priority: number,
  sections: Sections,
): string {
  const declared: Record<string, unknown> = {};
  for (const [title, items] of sections) {
    const { name: section, list, shape } = partOf(title);
    const value = shape === 'settings' ? items[0] : items;
    declared[section] = list === undefined ? value : { ...(declared[section] as object | undefined), [list]: value };
  }
  return yamlText({
    apiVersion: API,
    kind: 'RouterConfig',
    metadata: { name: configNameOf(name) },
    spec: { selector, priority, ...declared },
  });
}

/** A name as `metadata.name` takes it, different for different texts. */
function configNameOf(text: string): string {
  return nameOf(`imported-${text}`, 63);
}

function fileNameOf(text: string): string {
  return nameOf(text, 100);
}

function nameOf(text: string, most: number): string {
  const name = text.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
  if (name === text && name.length <= most && !name.endsWith('-')) return name;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${name.slice(0, most - digest.length - 1)}-${digest}`;
}

/** The file of a RouterDevice that an import writes. */
export function inventoryFile(name: string): string {
  return `devices/${name}.yaml`;
}

/** A RouterDevice, with what somebody has to know of it. */
export function inventoryText(
  spec: RouterDevice['spec'],
  metadata: RouterDevice['metadata'],
  notes: readonly string[],
): string {
  const head = notes.map((note) => `# ${sentence(note)}\n`).join('');
  return head + yamlText({ apiVersion: API, kind: 'RouterDevice', metadata, spec });
}
