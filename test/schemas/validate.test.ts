import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearestName, validateDocument } from '#schemas';

const device = {
  apiVersion: 'routeros-gitops.dev/v1alpha1',
  kind: 'RouterDevice',
  metadata: { name: 'r1' },
  spec: { address: 'https://192.0.2.1', credentialsRef: 'fleet', environment: 'lab' },
};

function config(sections: object): object {
  return {
    apiVersion: 'routeros-gitops.dev/v1alpha1',
    kind: 'RouterConfig',
    metadata: { name: 'c' },
    spec: { selector: {}, priority: 1, ...sections },
  };
}

function faults(value: unknown): readonly { path: readonly unknown[]; message: string; hint?: string }[] {
  const validation = validateDocument(value);
  return validation.valid ? [] : validation.faults;
}

describe('validateDocument', () => {
  test('a valid document has no faults', () => {
    expect(validateDocument(device)).toEqual({ valid: true, document: device });
  });

  test('a misspelt field is answered with the nearest known one', () => {
    expect(faults(config({ dns: { sevrers: [] } }))).toEqual([
      {
        path: ['spec', 'dns', 'sevrers'],
        at: 'key',
        message: 'unknown field "sevrers"',
        hint: 'did you mean "servers"?',
      },
    ]);
  });

  test('a field like no other is answered with all that are known', () => {
    const [fault] = faults(config({ identity: { hostname: 'r1' } }));
    expect(fault?.hint).toBe('known here: name');
  });

  test('all faults are found at once, shared schemas included', () => {
    const found = faults({
      ...device,
      metadata: { name: 'Not A Name', lables: {} },
      spec: { ...device.spec, environment: 'production', poll: { intervalSeconds: 1 } },
    });
    expect(found.map((fault) => fault.path.join('.')).toSorted()).toEqual([
      'metadata.lables',
      'metadata.name',
      'spec.environment',
      'spec.poll.intervalSeconds',
    ]);
  });

  test.each([
    [{ dns: { servers: null } }, 'must be a list, not empty', 'write [] for an empty list, or leave the field out'],
    [{ dns: { servers: '192.0.2.1' } }, 'must be a list, not text', 'write it as a list: ["192.0.2.1"]'],
    [{ dns: { cacheSize: '4096' } }, 'must be a whole number, not text', 'write it without quotes and units'],
    [{ dns: { cacheMaxTtl: 60 } }, 'must be text, not the number 60', 'put it in quotes: "60"'],
    [{ identity: { name: null } }, 'must be text, not empty', 'give it a value, or leave the field out'],
    [{ unlisted: { addresses: 'Prune' } }, 'must be one of "tolerate", "prune", not "Prune"', 'did you mean "prune"?'],
    [{ identity: { name: '' } }, 'must have at least 1 character', 'for example "edge-vie-01"'],
    [{ selector: { names: [] } }, 'must have at least 1 entry', 'for example ["edge-vie-01","edge-gra-02"]'],
    [
      { selector: { matchLabels: {} } },
      'must have at least 1 entry',
      'for example {"environment":"lab","role":"edge"}',
    ],
    [{ addressLists: [{ list: 'a' }] }, '"address" is missing', 'for example "198.51.100.0/24"'],
  ])('%j says what is allowed', (sections, message, hint) => {
    expect(faults(config(sections))).toMatchObject([{ message, hint }]);
  });

  test.each([
    [{ identity: { name: 'n'.repeat(256) } }, 'must have at most 255 characters'],
    [{ priority: -1 }, 'must be at least 0, not -1'],
    [{ priority: 1_000_001 }, 'must be at most 1000000, not 1000001'],
    [{ priority: 1.5 }, 'must be a whole number, not the number 1.5'],
    [{ dns: true }, 'must be a mapping, not true'],
    [{ dns: [] }, 'must be a mapping, not a list'],
    [{ dnsStatic: {} }, 'must be a list, not a mapping'],
  ])('%j is out of bounds', (sections, message) => {
    expect(faults(config(sections)).map((fault) => fault.message)).toEqual([message]);
  });

  test('no more pings than a pass can wait for', () => {
    const pings = Array.from({ length: 11 }, () => ({ address: '192.0.2.1' }));
    const policy = { ...device, kind: 'RolloutPolicy', spec: { selector: {}, health: { pings } } };
    expect(faults(policy).map((fault) => fault.message)).toEqual(['must have at most 10 entries']);
  });

  test('what stands where a credential name belongs is not repeated: it may be the secret', () => {
    const found = faults({ ...device, spec: { ...device.spec, credentialsRef: 'Hunter2!' } });
    expect(found).toHaveLength(1);
    expect(JSON.stringify(found)).not.toContain('Hunter2');
  });

  test.each([
    [null, 'a document must be a mapping with apiVersion, kind, metadata and spec, not empty'],
    [[device], 'a document must be a mapping with apiVersion, kind, metadata and spec, not a list'],
    [{ ...device, kind: 'RouterDevise' }, 'must be one of "RouterDevice", "RouterConfig"'],
    [{ ...device, apiVersion: 'v1' }, 'must be "routeros-gitops.dev/v1alpha1", not "v1"'],
    [{ ...device, kind: undefined }, '"kind" is missing'],
  ])('%j is no known document', (value, message) => {
    expect(faults(value)[0]?.message).toContain(message);
  });

  test('a label that looks like a list index is found again', () => {
    const found = faults({ ...device, metadata: { name: 'r1', labels: { '0': 'not allowed!' } } });
    expect(found).toMatchObject([{ path: ['metadata', 'labels', 0] }]);
  });
});

describe('nearestName', () => {
  const known = ['servers', 'cacheSize', 'cacheMaxTtl', 'verifyDohCert'];

  test.each([
    ['sever', undefined],
    ['server', 'servers'],
    ['cachesize', 'cacheSize'],
    ['cache-size', 'cacheSize'],
    ['cacheSzie', 'cacheSize'],
    ['x', undefined],
    ['', undefined],
  ])('%j is nearest to %j', (name, nearest) => {
    expect(nearestName(name, known)).toBe(nearest);
  });

  test.each([
    ['vie-02', 'edge-vie-02'],
    ['VIE_02', 'edge-vie-02'],
    ['lab', 'edge-vie-lab-02'],
    ['vie', undefined],
    ['e-02', undefined],
    ['-', undefined],
  ])('said in part, %j means %j', (name, meant) => {
    expect(nearestName(name, ['edge-vie-01', 'edge-vie-02', 'edge-vie-lab-02'])).toBe(meant);
  });

  test('a known name is its own nearest, and one slip away it still is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.nat(), fc.constantFrom('q', ''), (name, at, put) => {
        const place = at % name.length;
        const slipped = name.slice(0, place) + put + name.slice(place + 1);
        expect([nearestName(name, known), nearestName(slipped, known)]).toEqual([name, name]);
      }),
    );
  });
});
