import { createHash } from 'node:crypto';
import type { PlanId } from '#differ';
import { keyRingOf, type KeyRing, type SignedBy, signerOf, type Signer } from '#signatures';
import { revisionOfObjects } from '#controller';
import { readSshSignature, checkSshSignature, signSsh } from '../../signatures/sshsig.ts';
import { statementOf } from '../../signatures/statement.ts';
import type { ObjectChange } from '../../controller/records/history.ts';
import { proofIn } from '../../controller/records/proofs.ts';
import type { NewStatement } from '../../controller/records/statements.ts';
import type {
  AsOf,
  CandidateReading,
  Content,
  Entry,
  FirstSights,
  RefusedReading,
  SourceReader,
} from '../../controller/trust/candidate.ts';
import { type Explained, type Explaining, explainedIn } from '../../controller/desired/explain.ts';
import type { SourceChange } from '../../controller/fleet/source.ts';
import { refusedAs, refusedFor } from '../../controller/trust/refusals.ts';
import { objectVersionsIn, type ObjectVersion } from '../../controller/source/object-versions.ts';
import type { TestKey } from './git-writer.ts';

/** One state of the documents, with the statement of whoever brought it. */
interface Version {
  readonly id: string;
  readonly objects: readonly unknown[];
  readonly payload: Buffer;
  readonly signature: string;
  readonly approves: PlanId | null;
}

/** A source without Git: documents that never were text, each state with a detached signature over it. */
export class MemorySource implements SourceReader {
  readonly #versions: Version[] = [];

  /** Brings a state, signed. `approves`: as an approval of this plan; it brings nothing else then. @returns its id */
  publish(key: TestKey, objects: readonly unknown[] | null, approves: PlanId | null = null): string {
    const before = this.#versions.at(-1);
    const held = objects ?? before?.objects ?? [];
    const payload = Buffer.from(JSON.stringify([before?.id ?? null, held, approves]));
    const id = `sha256:${createHash('sha256').update(payload).digest('hex')}`;
    const signature = signSsh(key.privateKey, 'plan@routeros-gitops', payload);
    this.#versions.push({ id, objects: held, payload, signature, approves });
    return id;
  }

  /** Takes the newest state back. */
  takeBack(): void {
    this.#versions.pop();
  }

  head(): Promise<string> {
    return Promise.resolve(this.#versions.at(-1)?.id ?? '');
  }

  contentAt(version: string): Promise<Content | RefusedReading> {
    const revision = revisionOfObjects(this.#at(version).objects);
    if (revision.ok) return Promise.resolve({ digest: version, inventory: revision.inventory });
    const [fault] = revision.faults;
    return Promise.resolve({ kind: 'refused', code: 'SourceFaulty', message: fault?.message ?? '', faults: [] });
  }

  readonly proposals = null;

  changeAt(version: string): Promise<SourceChange> {
    const message = 'there are no files';
    return Promise.resolve({ ok: false, base: version, refusals: [{ code: 'CannotBeWritten', field: '', message }] });
  }

  explainAt(version: string, asked: Explaining): Promise<Explained> {
    const revision = revisionOfObjects(this.#at(version).objects);
    return Promise.resolve(revision.ok ? explainedIn(revision.inventory, asked) : { values: [], total: 0 });
  }

  async candidateAt(version: string, { trust, trusted, revoked, now }: AsOf, sights: FirstSights) {
    const ring = keyRingOf(trusted.inventory.roster?.document ?? null, revoked);
    const signed = this.#between(trust.head, version).map((each) => ({ ...each, by: holderOf(each, ring) }));
    const strange = signed.filter(({ by }) => by?.signer.roles.includes('contributor') !== true);
    if (strange.length > 0) {
      const reasons = strange.map(({ id }) => ({ code: 'UnknownKey', message: `${id} is by nobody` }));
      return refusedFor(version, 'RangeRefused', reasons);
    }
    const content = await this.contentAt(version);
    if ('kind' in content) return refusedAs(version, content);
    const noted = signed.flatMap((each): readonly NewStatement[] =>
      each.by === null
        ? []
        : [{ statement: each.by.statement, person: each.by.signer.person, proof: proofIn(each.id, each.by.key) }],
    );
    const seen = await sights(noted);
    const entries = signed.flatMap(({ id, approves, by }, index): readonly Entry[] => {
      if (by === null) return [];
      const { signer, key, statement } = by;
      const sight = seen.get(statement);
      const fresh = sight !== undefined && sight.acceptedAt === null && sight.withdrawnAt === null;
      const before = index === 0 ? trust.head : (signed[index - 1]?.id ?? '');
      return [
        {
          id,
          name: id,
          statement,
          provenance: {
            proofs: [proofIn(id, key)],
            authors: [{ person: signer.person, material: key.material }],
          },
          startsAt: sight?.firstSeenAt ?? now,
          approval: approves === null || !fresh ? { kind: 'none' } : { kind: 'approval', by: signer, planId: approves },
          changes: this.#changes(before, id, statement),
        },
      ];
    });
    return { ok: true, candidate: { version, seenAt: now, content, entries } } satisfies CandidateReading;
  }

  idsBetween(from: string, to: string): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(this.#between(from, to).map(({ id }) => id)));
  }

  async *changes(): AsyncGenerator<void> {}

  close(): Promise<void> {
    return Promise.resolve();
  }

  #at(id: string): Version {
    const found = this.#versions.find((version) => version.id === id);
    if (found === undefined) throw new RangeError(`there is no version ${id}`);
    return found;
  }

  #between(from: string, to: string): readonly Version[] {
    const place = (id: string): number => this.#versions.findIndex((version) => version.id === id);
    return this.#versions.slice(place(from) + 1, place(to) + 1);
  }

  #changes(before: string, after: string, statement: string): readonly ObjectChange[] {
    const [old, now] = [formsIn(this.#at(before)), formsIn(this.#at(after))];
    return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
      const [was, is] = [old.get(key), now.get(key)];
      const { kind = '', name = '' } = is ?? was ?? {};
      if (was?.spec === is?.spec && was?.metadata === is?.metadata) return [];
      return [{ kind, name, forms: is === undefined ? [] : [is], statements: [statement] }];
    });
  }
}

function formsIn({ objects }: Version): ReadonlyMap<string, ObjectVersion> {
  const versions = objects.flatMap((object) => objectVersionsIn(`${JSON.stringify(object)}\n`) ?? []);
  return new Map(versions.map((version) => [`${version.kind} ${version.name}`, version]));
}

interface Holder {
  readonly signer: Signer;
  readonly key: SignedBy;
  readonly statement: string;
}

function holderOf({ payload, signature }: Version, ring: KeyRing): Holder | null {
  const reading = readSshSignature(signature);
  if (!reading.ok || !checkSshSignature(reading.signature, payload, 'plan@routeros-gitops').ok) return null;
  const { fingerprint, material } = reading.signature.key;
  const key = { key: fingerprint, signedWith: fingerprint, material };
  const signer = signerOf(ring, key);
  return signer === null ? null : { signer, key, statement: statementOf(payload, material) };
}
