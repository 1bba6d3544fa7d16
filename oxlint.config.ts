import { defineConfig } from 'oxlint';
import { fencesOf } from './scripts/fences.ts';

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'import', 'node', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error', perf: 'off', pedantic: 'off', style: 'off' },
  options: { typeAware: true },
  ignorePatterns: ['dist', 'coverage', 'schemas/generated', 'node_modules'],
  rules: {
    'typescript/no-floating-promises': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/await-thenable': 'error',
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'no-var': 'error',
    'prefer-const': 'error',
    eqeqeq: 'error',
    'no-console': 'error',
    'node/no-process-env': 'error',
    'vitest/no-conditional-expect': 'off',
    'vitest/no-focused-tests': 'error',
    'vitest/no-disabled-tests': 'error',
    'no-shadow': 'off',
    'no-await-in-loop': 'off',
    'typescript/no-unsafe-type-assertion': 'off',
    'import/no-unassigned-import': 'off',
    'import/no-named-as-default-member': 'off',
    'import/no-named-as-default': 'off',
    'typescript/consistent-return': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'no-underscore-dangle': 'off',
    'vitest/require-mock-type-parameters': 'off',
  },
  overrides: [
    ...fencesOf(import.meta.dirname),
    {
      files: ['cli/**', 'controller/config.ts', 'test/**', 'bench/**', 'scripts/**', 'bin/**', 'vitest.config.ts'],
      rules: { 'no-console': 'off', 'node/no-process-env': 'off' },
    },
  ],
});
