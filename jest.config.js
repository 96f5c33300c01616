const swc = {
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

/** Packages are read from their sources, so that a test never runs against a stale build. */
const common = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['/dist/'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
};

/** Tests that need a running stack say so in their name, or live in a folder that is all about one. */
const stackTests = ['**/*.stack.spec.ts', '**/test/e2e/**/*.spec.ts', '**/test/regression/**/*.spec.ts'];

export default {
  projects: [
    {
      ...common,
      displayName: 'unit',
      roots: ['libs', 'services', 'tools', 'test'].map((folder) => `<rootDir>/${folder}`),
      testMatch: ['**/*.spec.ts', ...stackTests.map((pattern) => `!${pattern}`)],
    },
    {
      ...common,
      displayName: 'stack',
      roots: ['libs', 'services', 'tools', 'test'].map((folder) => `<rootDir>/${folder}`),
      testMatch: stackTests,
      globalSetup: '<rootDir>/test/support/global-setup.js',
      globalTeardown: '<rootDir>/test/support/global-teardown.js',
    },
  ],
};
