import type { Block, Expression, Statement } from './syntax.ts';
import { millisecondsOf, textOf, valueOfWord } from './values.ts';

/**
 * What `:put [:parse …]` shows: `(evl /putmessage=hello)`, commands separated by `;`, a command that cannot work as
 * `(<%% bad command name …)` or `(evl bad parameter …)` (armed-rollback.md §3).
 */
export function dumpBlock(block: Block): string {
  return block.statements.map(dumpStatement).join(';');
}

function dumpStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'fault':
      return statement.command === null
        ? `(<%% ${statement.message})`
        : `(evl ${statement.message} ${statement.command})`;
    case 'builtin':
      return `(evl /${statement.name}${dumpArguments(statement.arguments)})`;
    case 'menu': {
      const words = [...statement.flags].map((flag) => ({ name: flag, value: { kind: 'word', text: 'yes' } as const }));
      const where = statement.where === null ? [] : [{ name: 'where', value: statement.where }];
      return `(evl ${statement.path}/${statement.command}${dumpArguments([...statement.arguments, ...words, ...where])})`;
    }
    case 'call':
      return `(<%% ${dumpExpression(statement.callee)} (${dumpArguments(statement.arguments)}))`;
    case 'block':
      return `(evl ${statement.body.statements.map(dumpStatement).join(' ')})`;
    case 'expression':
      return dumpExpression(statement.value);
  }
}

function dumpArguments(given: readonly { readonly name: string | null; readonly value: Expression }[]): string {
  return given.map(({ name, value }) => `${name === null ? '' : `${name}=`}${dumpExpression(value)}`).join(';');
}

function dumpExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'word':
      return dumpWord(expression.text);
    case 'string':
      return expression.parts.length === 1 && typeof expression.parts[0] === 'string'
        ? expression.parts[0]
        : `(. ${expression.parts.map((part) => (typeof part === 'string' ? `"${part}"` : dumpExpression(part))).join(' ')})`;
    case 'variable':
    case 'property':
      return `$${expression.name}`;
    case 'array':
      return expression.entries
        .map(({ key, value }) => `${key === null ? '' : `${dumpExpression(key)}=`}${dumpExpression(value)}`)
        .join(';');
    case 'unary':
      return `(${expression.operator} ${dumpExpression(expression.operand)})`;
    case 'binary':
      return `(${expression.operator} ${dumpExpression(expression.left)} ${dumpExpression(expression.right)})`;
    case 'substitution':
      return dumpBlock(expression.body);
    case 'code':
      return `;${dumpBlock(expression.body)}`;
  }
}

function dumpWord(text: string): string {
  return /^(yes|no)$/.test(text) || millisecondsOf(text) !== undefined ? textOf(valueOfWord(text)) : text;
}
