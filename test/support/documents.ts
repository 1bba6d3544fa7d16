import {
  type Diagnostic,
  type FileDiagnostic,
  type LocatedInventory,
  renderDiagnostics,
  revisionOf,
} from '#controller';

/** YAML documents for tests, each a whole file of one document. */
export function deviceYaml(name: string, spec = '', labels = 'role: edge'): string {
  const port = 20_000 + (Buffer.from(name).readUIntBE(0, Math.min(name.length, 6)) % 40_000);
  const address = /^address:/m.test(spec) ? '' : `  address: https://127.0.0.1:${String(port)}\n`;
  const environment = /^environment:/m.test(spec) ? '' : '  environment: lab\n';
  return `${head('RouterDevice', name)}  labels: {${labels}}
spec:
  credentialsRef: fleet
${address}${environment}${indented(spec)}`;
}

/** `sections` as they stand below spec; the selector means every device unless it is given. */
export function configYaml(name: string, priority: number, sections: string, selector = '{}'): string {
  return `${head('RouterConfig', name)}spec:
  selector: ${selector}
  priority: ${String(priority)}
${indented(sections)}`;
}

/** An ApprovalPolicy, RolloutPolicy or Roster with this spec. */
export function policyYaml(kind: 'ApprovalPolicy' | 'RolloutPolicy' | 'Roster', name: string, spec: string): string {
  return `${head(kind, name)}spec:\n${indented(spec)}`;
}

/** The inventory of documents, given by file name. @throws when they have faults. */
export function inventoryOf(files: Readonly<Record<string, string>>): LocatedInventory {
  const revision = revisionOf(files);
  if (!revision.ok) throw new Error(renderDiagnostics(revision.faults));
  return revision.inventory;
}

/** The faults of documents; none when they are valid. */
export function faultsOf(files: Readonly<Record<string, string>>): readonly FileDiagnostic[] {
  const revision = revisionOf(files);
  return revision.ok ? [] : revision.faults.map(inFile);
}

/** A fault of documents that stand in files. */
export function inFile(fault: Diagnostic): FileDiagnostic {
  if ('object' in fault) throw new Error(`the fault of ${fault.object} is in no file`);
  return fault;
}

/** Messages of the faults, for tests that expect exactly these. */
export function messagesOf(files: Readonly<Record<string, string>>): readonly string[] {
  return faultsOf(files).map((fault) => `${fault.path}: ${fault.message}`);
}

function head(kind: string, name: string): string {
  return `apiVersion: routeros-gitops.dev/v1alpha1\nkind: ${kind}\nmetadata:\n  name: ${name}\n`;
}

function indented(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => `  ${line}\n`).join('');
}
