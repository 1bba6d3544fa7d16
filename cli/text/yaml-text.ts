import { Document, isScalar, Scalar, visit } from 'yaml';
import { isPlain, visibleYaml } from '#visible';

/**
 * Plain data as YAML: quoted wherever YAML 1.1 would read another value, and what is hidden in a text is spelt out. It
 * reads as the same value.
 */
export function yamlText(value: unknown): string {
  const document = new Document(value, { version: '1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      // Only in double quotes has YAML escapes.
      if (isScalar(node) && typeof node.value === 'string' && !isPlain(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return visibleYaml(document.toString());
}
