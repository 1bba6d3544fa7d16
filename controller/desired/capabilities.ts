import { type RouterDeviceSpec, SECTION_NAMES, type SectionName } from '#schemas';

/** Sections with which a site is lost when they are wrong: DHCP, bridges, Wi-Fi. */
const GUARDED = /^(dhcp|bridge)|^(wifi|wireless)$/;

/**
 * The sections that plans may touch on a device: those that it lists. One that lists none has all of them in lab and
 * staging, and in prod all but DHCP, bridges and Wi-Fi.
 */
export function allowedSections({ capabilities, environment }: RouterDeviceSpec): readonly SectionName[] {
  if (capabilities?.sections !== undefined) return capabilities.sections;
  return environment === 'prod' ? SECTION_NAMES.filter((name) => !GUARDED.test(name)) : SECTION_NAMES;
}

/** What routers can be made to try. */
export const TOOLS = ['ping', 'traceroute', 'resolve', 'bandwidthTest'] as const;

/** The tools that people may use on a device: those that it lists, else all but the one that fills a line. */
export function allowedTools({ capabilities }: RouterDeviceSpec): readonly (typeof TOOLS)[number][] {
  return capabilities?.tools ?? TOOLS.filter((tool) => tool !== 'bandwidthTest');
}
