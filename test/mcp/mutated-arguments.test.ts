import { describe, expect, it } from 'vitest';
import { TOOLS } from '#mcp';
import { modernClient } from '#test/mcp-clients.ts';
import { meWith, scriptedDoor } from '#test/scripted-door.ts';
import { checkedInput } from '../../mcp/check-input.ts';
import type { InputFault } from '../../mcp/input-fault.ts';
import type { Tool } from '../../mcp/tool.ts';

interface Property {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
}

/** What each type is not. */
const WRONG: Readonly<Record<string, unknown>> = {
  string: 7,
  integer: 'seven',
  boolean: 'yes',
  array: 'one',
  object: 'one',
};

function faultOf(tool: Tool, given: unknown): InputFault | null {
  const checked = checkedInput(tool, given);
  return 'fault' in checked ? checked.fault : null;
}

/** What a tool asks for at least. */
function leastOf(tool: Tool): Record<string, unknown> {
  const least = (tool.input.required ?? []).map((name) => {
    const { type = 'string', enum: words }: Property = tool.input.properties[name] ?? {};
    const value = { string: 'x', integer: 1, boolean: true, array: [], object: {} }[type];
    return [name, words?.[0] ?? value] as const;
  });
  return Object.fromEntries(least);
}

describe.each(TOOLS.map((tool) => [tool.name, tool] as const))('%s', (name, tool) => {
  const least = leastOf(tool);
  const properties = Object.entries(tool.input.properties) as readonly (readonly [string, Property])[];

  it('takes the least that it asks for, and null for what is not given', () => {
    expect(faultOf(tool, least)).toBeNull();
    const nulls = Object.fromEntries(properties.map(([field]) => [field, null]));
    expect(faultOf(tool, { ...nulls, ...least })).toBeNull();
  });

  it('names each field that is missing, unknown, or of another type, and what may stand there', () => {
    for (const field of tool.input.required ?? []) {
      const { [field]: _, ...rest } = least;
      expect(faultOf(tool, rest)).toMatchObject({ field, cause: expect.stringContaining('missing') as string });
    }
    const unknown = faultOf(tool, { ...least, nope: 1 });
    expect(unknown).toMatchObject({ field: 'nope', allowed: properties.map(([field]) => field) });
    for (const [field, { type }] of properties) {
      if (type === undefined) continue;
      const fault = faultOf(tool, { ...least, [field]: WRONG[type] });
      expect({ name, field: fault?.field }).toEqual({ name, field });
      expect(fault?.allowed?.length).toBeGreaterThan(0);
    }
  });

  it('names what is beyond a limit, and the limit', () => {
    for (const [field, { enum: words, minimum, maximum, maxItems }] of properties) {
      const beyond: unknown[] = [
        ...(words === undefined ? [] : [`${words[0] ?? ''}x`]),
        ...(minimum === undefined ? [] : [minimum - 1]),
        ...(maximum === undefined ? [] : [maximum + 1]),
        ...(maxItems === undefined ? [] : [Array.from({ length: maxItems + 1 }, () => 'x')]),
      ];
      for (const value of beyond) {
        const fault = faultOf(tool, { ...least, [field]: value });
        expect({ name, field: fault?.field }).toEqual({ name, field });
        expect(fault?.allowed?.join(' ')).toContain(String(words?.[0] ?? maximum ?? maxItems));
        if (words !== undefined) expect(fault?.nearest).toBe(words[0]);
      }
    }
  });

  it.each([[[]], ['text'], [7]])('takes no %o for its arguments', (given) => {
    expect(faultOf(tool, given)).not.toBeNull();
  });
});

describe('a refusal of what a model sent', () => {
  const sent = async (name: string, given: object): Promise<string> => {
    const heard: string[] = [];
    const door = scriptedDoor({
      devices: () => [],
      me: () =>
        meWith(
          TOOLS.map(({ permission }) => permission),
          ['r1'],
        ),
    });
    const every = { ...door, has: () => true };
    const served = { version: '0', tools: TOOLS, door: every, now: () => 0 };
    const client = await modernClient(served, (message) => heard.push(message));
    heard.length = 0;
    await client.callTool({ name, arguments: { ...given } }).catch(() => null);
    await client.close();
    return heard.join('');
  };

  it('is never longer than a result may be, however much was sent', async () => {
    const long = 'z'.repeat(200_000);
    const wrong = [{ where: [long] }, { columns: [long] }, { sort: long }, { cursor: long }, { state: long }];
    for (const given of [...wrong, { [long]: 1 }]) {
      const text = await sent('device_list', given);
      expect([text.includes('BadRequest'), text.length < 20_000]).toEqual([true, true]);
    }
    const unknown = await sent(long, {});
    expect([unknown.includes('There is no tool'), unknown.length < 20_000]).toEqual([true, true]);
  });
});
