import { describe, expect, it } from 'vitest';
import { narrowed, offered } from '#mcp';
import type { Tool } from '../../mcp/tool.ts';

function tool(name: string, toolset: Tool['toolset'], byDefault: boolean, readOnly = true): Tool {
  return {
    name,
    title: name,
    description: name,
    toolset,
    byDefault,
    asks: [],
    permission: 'fleet.read',
    readOnly,
    openWorld: false,
    input: { type: 'object', properties: {}, additionalProperties: false },
    words: [],
    run: () => Promise.resolve({}),
  };
}

const ALL = [
  tool('device_list', 'core', true),
  tool('capsman_list', 'wireless', false),
  tool('wifi_list', 'wireless', true),
  tool('change_propose', 'changes', true, false),
  tool('rollout_get', 'changes', false),
];

function names(tools: readonly Tool[]): readonly string[] {
  return tools.map(({ name }) => name);
}

describe('which tools are offered', () => {
  it('offers the usual ones where nothing is named', () => {
    expect(names(offered(ALL, {}))).toEqual(['device_list', 'wifi_list', 'change_propose']);
  });

  it('offers toolsets whole and single tools, in the order of the table', () => {
    expect(names(offered(ALL, { toolsets: ['changes', 'wireless'] }))).toEqual([
      'capsman_list',
      'wifi_list',
      'change_propose',
      'rollout_get',
    ]);
    expect(names(offered(ALL, { tools: ['wifi_list', 'device_list'] }))).toEqual(['device_list', 'wifi_list']);
    expect(names(offered(ALL, { toolsets: ['default'], tools: ['rollout_get'] }))).toEqual([
      'device_list',
      'wifi_list',
      'change_propose',
      'rollout_get',
    ]);
    expect(names(offered(ALL, { toolsets: ['all'] }))).toEqual(names(ALL));
    expect(names(offered(ALL, { toolsets: [] }))).toEqual([]);
  });

  it('leaves out what is excluded, and for readers all that changes something, whoever names it', () => {
    expect(names(offered(ALL, { tools: ['wifi_list'], exclude: ['wifi_list'] }))).toEqual([]);
    expect(names(offered(ALL, { toolsets: ['all'], tools: ['change_propose'], readOnly: true }))).not.toContain(
      'change_propose',
    );
  });

  it('lets a caller narrow what is offered and never widen it', () => {
    const upper = offered(ALL, { toolsets: ['core', 'wireless'], readOnly: true });
    expect(names(narrowed(upper, {}, ALL))).toEqual(names(upper));
    expect(names(narrowed(upper, { toolsets: ['all'], tools: ['change_propose'] }, ALL))).toEqual(names(upper));
    expect(names(narrowed(upper, { toolsets: ['changes'] }, ALL))).toEqual([]);
    expect(names(narrowed(upper, { toolsets: ['wireless'], exclude: ['capsman_list'] }, ALL))).toEqual(['wifi_list']);
    expect(names(narrowed(ALL, { readOnly: true }, ALL))).not.toContain('change_propose');
  });

  it('refuses names that there are not, with the nearest', () => {
    expect(() => offered(ALL, { toolsets: ['wirelss'] })).toThrow(
      'There is no toolset "wirelss". Did you mean wireless?',
    );
    expect(() => offered(ALL, { tools: ['device-list'] })).toThrow('Did you mean device_list?');
    expect(() => offered(ALL, { exclude: ['zzz'] })).toThrow('There are device_list, capsman_list');
    expect(() => narrowed([], { tools: ['nope'] }, ALL)).toThrow('There is no tool "nope"');
  });
});
